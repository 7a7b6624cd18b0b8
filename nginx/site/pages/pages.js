// What the pages behind the links in mails have in common. What such a page says is one of its states, each with a
// title and, where it needs them, a text, its kind ("good" or "bad"), the part of the page that it offers, and whether the
// link is over with it.

const heading = document.getElementById("heading");
const status = document.getElementById("status");
const parts = document.querySelectorAll("main > .part");

// Where the token is kept until it is used, so that the page can be loaded again: in this tab, and for this page.
const place = `link ${location.pathname}`;

const faults = {
    offline: "The service could not be reached. Check your connection, and try again.",
    busy: "The service is busy. Please try again in a moment.",
    limited: "That was tried too often. Please wait a while, and try again.",
    address: "Please enter a complete e-mail address, such as name@example.com.",
};

// Not the field's own check, which refuses letters beyond ASCII before the @ (RFC 6531).
const address = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

function show(state) {
    if (state.isOver) sessionStorage.removeItem(place);
    heading.textContent = state.title;
    document.title = state.title;
    say(state.text ?? "", state.kind);
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

export function sayFault(code) {
    say(code === 0 ? faults.offline : code === 429 ? faults.limited : faults.busy, "bad");
}

// Says what is to be mended in a field, and moves there.
export function sayWrong(field, text) {
    field.setAttribute("aria-invalid", "true");
    say(text, "bad");
    field.focus();
}

export function sayWrongAddress(field) {
    sayWrong(field, faults.address);
}

export function isAddress(text) {
    return address.test(text);
}

// Answers the status code, 0 when there was no answer, and what the answer holds: data or an error. Cookies are sent and kept
// only for calls that are about this browser: registering, and using links that it may use without a password.
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
        return { ...held, code: answer.status };
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
        const { code } = isAddress(email.value) ? await post(path, { email: email.value }) : { code: 400 };
        if (code === 200) {
            moveTo(sent);
        } else if (code === 400) {
            sayWrongAddress(email);
        } else {
            sayFault(code);
        }
    });
}

// Shows what there is to show for the link's token, and again for every other link: `missing` without one, `spent` when the
// server says that it is of no use, or not for this purpose; else what `stateFor` answers for the token and what the server
// says of the link, which is nothing when it cannot be asked.
export function onLink(purpose, states, stateFor) {
    let opened;

    async function open(present) {
        const token = opened = takeToken();
        if (!token) {
            present(states.missing);
            return;
        }
        present({ title: states.ready.title, text: "Looking at the link…" });
        const { code, data } = await post("auth/links/check", { token }, { sendsCookies: true });
        if (token !== opened) return;
        if (isRefused(code) || (data && data.purpose !== purpose)) {
            moveTo(states.spent);
        } else {
            present(stateFor(token, data ?? {}));
        }
    }

    open(show);
    // The same page open in a tab already: a second link only changes the fragment.
    addEventListener("hashchange", () => open(moveTo));
}

// The token of the link that was followed; of the page loaded again, the one that it had.
function takeToken() {
    const followed = new URLSearchParams(location.hash.slice(1)).get("token");
    // Out of the address bar, the history, and whatever reads them.
    history.replaceState(null, "", location.pathname);
    if (followed) sessionStorage.setItem(place, followed);
    return followed ?? sessionStorage.getItem(place);
}
