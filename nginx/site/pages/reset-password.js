// The page behind the link in a reset mail; without a link, the page that asks for one.

import { clearPassword, dropQuestion, judge, password, refusePassword } from "./new-password.js";
import { isRefused, moveTo, onAddress, onLink, onSubmit, post, say, sayFault } from "./pages.js";

const resetForm = document.getElementById("reset");
const requestForm = document.getElementById("request");

const states = {
    ready: { title: "Choose a new password", offers: resetForm },
    first: {
        title: "Choose a password",
        text: "An account was made for you. With the password that you choose here, you sign in to it.",
        offers: resetForm,
    },
    missing: {
        title: "Forgot your password?",
        text: "Enter the address of your account to have a link sent to it. With the link you choose a new password.",
        offers: requestForm,
    },
    changed: {
        title: "Your password is changed",
        kind: "good",
        text: "You are signed out everywhere; sign in with the new one.",
        isOver: true,
        offers: document.getElementById("done"),
    },
    spent: {
        title: "This link is no longer valid",
        kind: "bad",
        text: "It has expired, or it has been used before. Enter your address to have a new one sent to it.",
        isOver: true,
        offers: requestForm,
    },
    sent: {
        title: "Look into your mailbox",
        kind: "good",
        text: "If there is an account with this address, a link is on its way to it. The link is valid for an hour.",
    },
};

let token;

onLink("reset_password", states, (found, { email, isFirstPassword }) => {
    token = found;
    clearPassword();
    resetForm.elements.username.value = email ?? "";
    return isFirstPassword ? states.first : states.ready;
});

password.addEventListener("input", async () => {
    if ((await judge({ token })) === 422) leaveFor(states.spent);
});

// No password stays behind in a form that is done with.
function leaveFor(state) {
    clearPassword();
    moveTo(state);
}

onSubmit(resetForm, async () => {
    dropQuestion();
    say("Changing…");
    const { code, error } = await post("auth/password-reset/confirm", { token, newPassword: password.value });
    const fault = error?.details?.find((detail) => detail.field === "newPassword");
    if (code === 200) {
        leaveFor(states.changed);
    } else if (fault) {
        refusePassword(fault.message);
    } else if (isRefused(code)) {
        leaveFor(states.spent);
    } else {
        sayFault(code);
    }
});

onAddress(requestForm, "auth/password-reset/request", states.sent);
