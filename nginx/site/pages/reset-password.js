// The page behind the link in a reset mail; without a link, the page that asks for one.

import { isRefused, moveTo, onAddress, onLink, onSubmit, post, say, sayFault } from "./pages.js";

const resetForm = document.getElementById("reset");
const requestForm = document.getElementById("request");
const password = document.getElementById("password");
const reveal = document.getElementById("reveal");
const hint = document.getElementById("hint");

const states = {
    ready: { title: "Choose a new password", offers: resetForm },
    forgotten: {
        title: "Forgot your password?",
        text: "Enter the address of your account to have a link sent to it. With the link you choose a new password.",
        offers: requestForm,
    },
    changed: {
        title: "Your password is changed",
        kind: "good",
        text: "You are signed out everywhere; sign in with the new one.",
        offers: document.getElementById("done"),
    },
    spent: {
        title: "This link is no longer valid",
        kind: "bad",
        text: "It has expired, or it has been used before. Enter your address to have a new one sent to it.",
        offers: requestForm,
    },
    sent: {
        title: "Look into your mailbox",
        kind: "good",
        text: "If there is an account with this address, a link is on its way to it. The link is valid for an hour.",
    },
};

// How long nothing is typed before the server is asked, in milliseconds.
const pause = 300;

let token;
let question = new AbortController();

onLink((found) => {
    token = found;
    clear();
    if (token) judge();
    return token ? states.ready : states.forgotten;
});

// Asks the server about what stands in the field; only the answer to the last question counts. With nothing in it, the
// question is still whether the link can be used: better to know that before thinking of a password.
async function judge() {
    question.abort();
    question = new AbortController();
    const { signal } = question;
    await new Promise((resolve) => setTimeout(resolve, pause));
    if (signal.aborted) return;
    const { code, data } = await post("password-check", { password: password.value, token }, signal);
    if (signal.aborted) return;
    if (code === 422) {
        leaveFor(states.spent);
    } else if (code !== 200 || password.value === "") {
        advise("");
    } else {
        advise(data.hint ?? "This is hard to guess.", data.acceptable ? "good" : "");
    }
}

// A screen reader is told only what differs from before.
function advise(text, kind) {
    if (hint.textContent !== text) hint.textContent = text;
    hint.className = kind ?? "";
}

// No password stays behind in a form that is done with.
function leaveFor(state) {
    clear();
    moveTo(state);
}

function clear() {
    question.abort();
    password.value = "";
    password.removeAttribute("aria-invalid");
    uncover(false);
    advise("");
}

function uncover(visible) {
    password.type = visible ? "text" : "password";
    reveal.setAttribute("aria-pressed", visible);
}

password.addEventListener("input", () => {
    password.removeAttribute("aria-invalid");
    say("");
    judge();
});

reveal.addEventListener("click", () => uncover(password.type === "password"));

onSubmit(resetForm, async () => {
    question.abort();
    say("Changing…");
    const { code, error } = await post("password-reset/confirm", { token, newPassword: password.value });
    const fault = error?.details?.find((detail) => detail.field === "newPassword");
    if (code === 200) {
        leaveFor(states.changed);
    } else if (fault) {
        say("Please choose another password.", "bad");
        password.setAttribute("aria-invalid", "true");
        advise(fault.message, "bad");
        password.focus();
    } else if (isRefused(code)) {
        leaveFor(states.spent);
    } else {
        sayFault(code);
    }
});

onAddress(requestForm, "password-reset/request", states.sent);
