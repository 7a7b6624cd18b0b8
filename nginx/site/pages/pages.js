// Shared by the pages. A page shows one of its states. Each has a title and, optionally, a
// text, its kind ("good" or "bad"), the part of the page that it offers, and whether the link is used up.

const heading = document.getElementById("heading");
const status = document.getElementById("status");
const parts = document.querySelectorAll("main > .part");

// The keys under which this tab stores the page's token until it is used, and then the outcome, so that the page can be
// reloaded.
const place = `link ${location.pathname}`;
const outcomePlace = `outcome ${location.pathname}`;

const faults = {
    offline: "The service could not be reached. Check your connection, and try again.",
    busy: "The service is busy. Please try again in a moment.",
    broken: "Something went wrong on our side. Please try again later.",
};

// Used instead of the field's own check, which refuses letters beyond ASCII before the @ (RFC 6531).
const address = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

// The state that is shown.
let shown;

// Shows a state when the page opens.
export function open(state) {
    show(state);
}

function show(state) {
    shown = state;
    if (state.isOver) remember(state);
    heading.textContent = state.title;
    document.title = state.title;
    unsay();
    for (const part of parts) {
        part.hidden = part !== state.offers;
    }
}

// Shows a state after a click. The element with the focus may be gone, so the focus moves to the heading.
export function moveTo(state) {
    show(state);
    heading.focus();
}

export function say(text, kind) {
    status.textContent = text;
    status.className = kind ?? "";
}

// Shows the text of the state again.
export function unsay() {
    say(shown.text ?? "", shown.kind);
}

export function sayFault({ code, retryAfter }) {
    say(faultOf(code, retryAfter), "bad");
}

function faultOf(code, retryAfter) {
    if (code === 0) return faults.offline;
    if (code === 429) return `That was tried too often. Please try again ${after(retryAfter)}.`;
    return code === 500 ? faults.broken : faults.busy;
}

// The words for a number of seconds from now.
export function after(seconds) {
    if (!(seconds > 0)) return "in a while";
    const [count, unit] = seconds < 90 ? [Math.ceil(seconds), "second"] : [Math.ceil(seconds / 60), "minute"];
    return `in ${count} ${unit}${count === 1 ? "" : "s"}`;
}

// Says what is wrong with a field, and moves the focus there.
export function sayWrong(field, text) {
    field.setAttribute("aria-invalid", "true");
    say(text, "bad");
    field.focus();
}

// Empties a field, and removes the message about it.
export function clearField(field) {
    field.value = "";
    field.removeAttribute("aria-invalid");
}

export function sayWrongAddress(field) {
    sayWrong(field, "Please enter a complete e-mail address, such as name@example.com.");
}

export function isAddress(text) {
    return address.test(text);
}

// Returns the status code (0 if there was no answer), the data or the error, and the seconds after which to try again
// if the answer says so. Cookies are sent and stored only for calls that concern this browser: registering, and using
// links that it may use without a password.
export async function post(path, body, options) {
    return call("POST", path, body, options);
}

export async function get(path, options) {
    return call("GET", path, undefined, options);
}

async function call(
    method, path, body, { accessToken, keepalive, sendsCookies, signal = AbortSignal.timeout(20_000) } = {},
) {
    const headers = {};
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (accessToken) headers.Authorization = `Bearer ${accessToken}`;
    try {
        const answer = await fetch("/api/v1/" + path, {
            method,
            headers,
            body: JSON.stringify(body),
            credentials: sendsCookies ? "same-origin" : "omit",
            keepalive,
            signal,
        });
        const held = answer.status === 204 ? {} : await answer.json();
        return { ...held, code: answer.status, retryAfter: Number(answer.headers.get("Retry-After")) };
    } catch {
        return { code: 0 };
    }
}

// Whether the answer was a final refusal, not a temporary one.
export function isRefused(code) {
    return code >= 400 && code < 500 && code !== 408 && code !== 429;
}

// Runs the form's work on submit, one run at a time.
export function onSubmit(form, work) {
    const button = form.querySelector("[type=submit]");
    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        if (button.getAttribute("aria-disabled") === "true") return;
        button.setAttribute("aria-disabled", "true");
        for (const field of form.elements) field.removeAttribute("aria-invalid");
        try {
            await work();
        } finally {
            button.removeAttribute("aria-disabled");
        }
    });
}

// Makes the form request a link for the address in it. The answer is the same for every address.
export function onAddress(form, path, sent) {
    const { email } = form.elements;
    onSubmit(form, async () => {
        say("Sending…");
        const answer = isAddress(email.value) ? await post(path, { email: email.value }) : { code: 400 };
        if (answer.code === 200) {
            moveTo(sent);
        } else if (answer.code === 400) {
            sayWrongAddress(email);
        } else {
            sayFault(answer);
        }
    });
}

// Shows the state for the link's token, and again for every other link: `missing` without a token, and `spent` if the
// server says that the link is unusable or has another purpose. Otherwise `stateFor` returns the state for the token
// and the server's information about the link, which is empty if the server cannot be asked. Returns a function that
// asks again, shows the new state, and returns the information, or nothing for an unusable link.
export function onLink(purpose, states, stateFor) {
    let opened;

    async function look(present) {
        const token = opened;
        const { code, data } = await post("auth/links/check", { token }, { sendsCookies: true });
        if (token !== opened) return;
        if (isRefused(code) || (data && data.purpose !== purpose)) {
            moveTo(states.spent);
            return;
        }
        const known = data ?? {};
        present(stateFor(token, known));
        return known;
    }

    async function open(present) {
        opened = takeToken();
        if (opened) {
            present({ title: states.ready.title, text: "Checking the link…" });
            await look(present);
        } else {
            present(outcome() ?? states.missing);
        }
    }

    if (!isLoadedAgain()) forget();
    open(show);
    // If the page is open in the tab already, a second link only changes the fragment.
    addEventListener("hashchange", () => open(moveTo));
    return () => look(moveTo);
}

// Whether the browser shows the page again in this tab. On any other visit, the page forgets the earlier link.
function isLoadedAgain() {
    const [navigation] = performance.getEntriesByType("navigation");
    return navigation?.type === "reload" || navigation?.type === "back_forward";
}

// The token of the followed link or, if the page was reloaded, its earlier token.
function takeToken() {
    const followed = new URLSearchParams(location.hash.slice(1)).get("token");
    // Removes the token from the address bar and the history.
    history.replaceState(null, "", location.pathname);
    if (followed) sessionStorage.setItem(place, followed);
    return followed || sessionStorage.getItem(place);
}

function forget() {
    sessionStorage.removeItem(place);
    sessionStorage.removeItem(outcomePlace);
}

// Stores the outcome instead of the token, so that a reload shows it again.
function remember({ title, text, kind, offers }) {
    sessionStorage.removeItem(place);
    sessionStorage.setItem(outcomePlace, JSON.stringify({ title, text, kind, offers: offers?.id }));
}

function outcome() {
    const kept = sessionStorage.getItem(outcomePlace);
    if (!kept) return null;
    const state = JSON.parse(kept);
    return { ...state, offers: document.getElementById(state.offers) };
}
