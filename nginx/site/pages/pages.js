// What the pages behind the links in mails have in common. What such a page says is one of its states, each with a
// title and, where it needs them, a text, its kind ("good" or "bad"), and the part of the page that it offers.

const heading = document.getElementById("heading");
const status = document.getElementById("status");
const parts = document.querySelectorAll("main > .part");

const faults = {
    offline: "The service could not be reached. Check your connection, and try again.",
    busy: "The service is busy. Please try again in a moment.",
    limited: "That was tried too often. Please wait a while, and try again.",
    address: "Please enter a complete e-mail address, such as name@example.com.",
};

// Not the field's own check, which refuses letters beyond ASCII before the @ (RFC 6531).
const address = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

function show(state) {
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

// Answers the status code, 0 when there was no answer, and what the answer holds: data or an error.
export async function post(path, body, { accessToken, keepalive, signal = AbortSignal.timeout(20_000) } = {}) {
    const headers = { "Content-Type": "application/json" };
    if (accessToken) headers.Authorization = `Bearer ${accessToken}`;
    try {
        const answer = await fetch("/api/v1/" + path, {
            method: "POST",
            headers,
            body: JSON.stringify(body),
            credentials: "omit",
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

// Lets the form confirm an address with the link's token. The token is used on a click and never before: mail scanners
// and previews open links too. The states are `ready`, `missing`, `confirmed`, `spent` and, where that may be, `taken`.
export function onConfirmation(form, path, states) {
    let token;
    onLink((found) => {
        token = found;
        return token ? states.ready : states.missing;
    });
    onSubmit(form, async () => {
        say("Confirming…");
        const { code } = await post(path, { token });
        if (code === 200) {
            moveTo(states.confirmed);
        } else if (code === 409 && states.taken) {
            moveTo(states.taken);
        } else if (isRefused(code)) {
            moveTo(states.spent);
        } else {
            sayFault(code);
        }
    });
}

// Shows what there is to show for the link's token, which may be null, and again for every other link.
export function onLink(stateFor) {
    show(stateFor(takeToken()));
    // The same page open in a tab already: a second link only changes the fragment.
    addEventListener("hashchange", () => moveTo(stateFor(takeToken())));
}

function takeToken() {
    const token = new URLSearchParams(location.hash.slice(1)).get("token");
    // Out of the address bar, the history, and whatever reads them.
    history.replaceState(null, "", location.pathname);
    return token;
}
