"use strict";

// The page behind the link in a verification mail. The token is used on a click and never before: mail scanners and
// previews open links too. What the page says is one of the states below; the state also chooses what it offers.

const heading = document.getElementById("heading");
const status = document.getElementById("status");
const confirmForm = document.getElementById("confirm");
const resendForm = document.getElementById("resend");
const done = document.getElementById("done");
const email = document.getElementById("email");

const states = {
    ready: { title: "Confirm your e-mail address", offers: confirmForm },
    missing: {
        title: "This link is not complete",
        kind: "bad",
        text: "Open the link from the mail again, in full. If your mail program breaks it, ask for a new one.",
        offers: resendForm,
    },
    confirmed: {
        title: "Your address is confirmed",
        kind: "good",
        text: "Thank you. That is all.",
        offers: done,
    },
    spent: {
        title: "This link is no longer valid",
        kind: "bad",
        text: "It has expired, or it has been used before. If you have confirmed your address already, just sign in.",
        offers: resendForm,
    },
    sent: {
        title: "Look into your mailbox",
        kind: "good",
        text: "If this address waits to be confirmed, a new link is on its way to it. The link is valid for 24 hours.",
    },
};

const faults = {
    offline: "The service could not be reached. Check your connection, and try again.",
    busy: "The service is busy. Please try again in a moment.",
    limited: "That was tried too often. Please wait a while, and try again.",
    address: "Please enter a complete e-mail address, such as name@example.com.",
};

function show(state) {
    heading.textContent = state.title;
    document.title = state.title;
    say(state.text ?? "", state.kind);
    for (const part of [confirmForm, resendForm, done]) {
        part.hidden = part !== state.offers;
    }
}

// For changes after a click: what had the focus may be gone, so it moves to what is new.
function moveTo(state) {
    show(state);
    heading.focus();
}

function say(text, kind) {
    status.textContent = text;
    status.className = kind ?? "";
}

// Answers the status code; 0 when there was no answer.
async function post(path, body) {
    try {
        const answer = await fetch("/api/v1/auth/" + path, {
            method: "POST",
            headers: { "Content-Type": "application/json" },
            body: JSON.stringify(body),
            credentials: "omit",
            signal: AbortSignal.timeout(20_000),
        });
        return answer.status;
    } catch {
        return 0;
    }
}

function faultFor(code) {
    if (code === 0) return faults.offline;
    return code === 429 ? faults.limited : faults.busy;
}

// Runs the form's work on submit, once at a time.
function onSubmit(form, work) {
    const button = form.querySelector("button");
    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        if (button.getAttribute("aria-disabled") === "true") return;
        button.setAttribute("aria-disabled", "true");
        try {
            await work();
        } finally {
            button.removeAttribute("aria-disabled");
        }
    });
}

function takeToken() {
    const token = new URLSearchParams(location.hash.slice(1)).get("token");
    // Out of the address bar, the history, and whatever reads them.
    history.replaceState(null, "", location.pathname);
    return token;
}

let token = takeToken();
show(token ? states.ready : states.missing);

// The same page open in a tab already: a second link only changes the fragment.
addEventListener("hashchange", () => {
    token = takeToken();
    moveTo(token ? states.ready : states.missing);
});

onSubmit(confirmForm, async () => {
    say("Confirming…");
    const code = await post("verify-email", { token });
    if (code === 200) {
        moveTo(states.confirmed);
    } else if (code >= 400 && code < 500 && code !== 408 && code !== 429) {
        moveTo(states.spent);
    } else {
        say(faultFor(code), "bad");
    }
});

onSubmit(resendForm, async () => {
    email.removeAttribute("aria-invalid");
    say("Sending…");
    const code = email.checkValidity() ? await post("verify-email/resend", { email: email.value }) : 400;
    if (code === 200) {
        moveTo(states.sent);
    } else if (code === 400) {
        email.setAttribute("aria-invalid", "true");
        say(faults.address, "bad");
        email.focus();
    } else {
        say(faultFor(code), "bad");
    }
});
