// What the pages behind the links in mails have in common. What such a page says is one of its states, each with a
// title and, where it needs them, a text, its kind ("good" or "bad"), the part of the page that it offers, and whether the
// link is over with it.

const heading = document.getElementById("heading");
const status = document.getElementById("status");
const parts = document.querySelectorAll("main > .part");

// Where the token is kept until it is used, and then what came of it, so that the page can be loaded again: in this
// tab, and for this page.
const place = `link ${location.pathname}`;
const outcomePlace = `outcome ${location.pathname}`;

const faults = {
    offline: "The service could not be reached. Check your connection, and try again.",
    busy: "The service is busy. Please try again in a moment.",
    broken: "Something went wrong on our side. Please try again later.",
};

// Not the field's own check, which refuses letters beyond ASCII before the @ (RFC 6531).
const address = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

// The state that is shown.
let shown;

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

// For changes after a click: what had the focus may be gone, so it moves to what is new.
export function moveTo(state) {
    show(state);
    heading.focus();
}

export function say(text, kind) {
    status.textContent = text;
    status.className = kind ?? "";
}

// Says again what the state says.
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

// Says what is to be mended in a field, and moves there.
export function sayWrong(field, text) {
    field.setAttribute("aria-invalid", "true");
    say(text, "bad");
    field.focus();
}

// Empties a field, with what was said to be wrong with it.
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

// Answers the status code, 0 when there was no answer, what the answer holds (data or an error), and the seconds after
// which to ask again where it says that. Cookies are sent and kept only for calls that are about this browser:
// registering, and using links that it may use without a password.
export async function post(
    path, body, { accessToken, keepalive, sendsCookies, signal = AbortSignal.timeout(20_000) } = {},
) {
    const headers = { "Content-Type": "application/json" };
    if (accessToken) headers.Authorization = `Bearer ${accessToken}`;
    try {
        const answer = await fetch("/api/v1/" + path, {
            method: "POST",
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

// Whether the answer was no, rather than "not now".
export function isRefused(code) {
    return code >= 400 && code < 500 && code !== 408 && code !== 429;
}

// Runs the form's work on submit, once at a time.
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

// Lets the form ask for a link to the address entered in it. The answer is the same for every address.
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

// Shows what there is to show for the link's token, and again for every other link: `missing` without one, `spent` when
// the server says that it is of no use, or not for this purpose; else what `stateFor` answers for the token and what
// the server says of the link, which is nothing when it cannot be asked. Answers a function that asks again, shows what
// has changed, and answers the same, or nothing for a link of no use.
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
            present({ title: states.ready.title, text: "Looking at the link…" });
            await look(present);
        } else {
            present(outcome() ?? states.missing);
        }
    }

    if (!isLoadedAgain()) forget();
    open(show);
    // The same page open in a tab already: a second link only changes the fragment.
    addEventListener("hashchange", () => open(moveTo));
    return () => look(moveTo);
}

// Whether the browser shows a page again that it has shown in this tab. Whoever comes to it by another way begins anew,
// and is not given what the link of before was for.
function isLoadedAgain() {
    const [navigation] = performance.getEntriesByType("navigation");
    return navigation?.type === "reload" || navigation?.type === "back_forward";
}

// The token of the link that was followed; of the page loaded again, the one that it had.
function takeToken() {
    const followed = new URLSearchParams(location.hash.slice(1)).get("token");
    // Out of the address bar, the history, and whatever reads them.
    history.replaceState(null, "", location.pathname);
    if (followed) sessionStorage.setItem(place, followed);
    return followed || sessionStorage.getItem(place);
}

function forget() {
    sessionStorage.removeItem(place);
    sessionStorage.removeItem(outcomePlace);
}

// Keeps what a page says at the end, in place of the token, for when it is loaded again.
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
