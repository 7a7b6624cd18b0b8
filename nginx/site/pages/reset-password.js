// The page behind the link in a reset mail; without a link, it offers to send one.

import { clearPassword, dropQuestion, judge, password, refusePassword } from "./new-password.js";
import { isRefused, moveTo, onAddress, onLink, onSubmit, post, say, sayFault } from "./pages.js";

const resetForm = document.getElementById("reset");
const requestForm = document.getElementById("request");

const states = {
    ready: { title: "Choose a new password", offers: resetForm },
    missing: {
        title: "Forgot your password?",
        text: "Enter the address of your account to receive a link. With the link you choose a new password.",
        offers: requestForm,
    },
    spent: {
        title: "This link is no longer valid",
        kind: "bad",
        text: "It has expired, or it has been used before. Enter your address to receive a new one.",
        isOver: true,
        offers: requestForm,
    },
    sent: {
        title: "Check your inbox",
        kind: "good",
        text: "If there is an account with this address, a link is on its way to it. The mail says how long the link "
            + "is valid.",
    },
};

let token;
// The server's information about the link.
let link;

onLink("reset_password", states, (found, known) => {
    token = found;
    link = known;
    clearPassword();
    resetForm.elements.username.value = link.email ?? "";
    document.getElementById("which").textContent = link.isFirstPassword ? "Password" : "New password";
    return link.isFirstPassword
        ? {
            title: "Choose a password",
            text: `The account has no password. You sign in with ${link.email} and the password that you choose here.`,
            offers: resetForm,
        }
        : { ...states.ready, text: link.email && `For the account ${link.email}.` };
});

function changed() {
    return link.isFirstPassword
        ? {
            title: "Your password is set",
            kind: "good",
            text: `Sign in with ${link.email} and this password.`,
            isOver: true,
            offers: document.getElementById("done"),
        }
        : {
            title: "Your password is changed",
            kind: "good",
            text: "You are signed out everywhere. Sign in with the new password.",
            isOver: true,
            offers: document.getElementById("done"),
        };
}

password.addEventListener("input", async () => {
    if ((await judge({ token })) === 422) leaveFor(states.spent);
});

// Clears the password when a form is done.
function leaveFor(state) {
    clearPassword();
    moveTo(state);
}

onSubmit(resetForm, async () => {
    dropQuestion();
    say("Setting the password…");
    const answer = await post("auth/password-reset/confirm", { token, newPassword: password.value });
    const { code, error } = answer;
    const fault = error?.details?.find((detail) => detail.field === "newPassword");
    if (code === 200) {
        leaveFor(changed());
    } else if (fault) {
        refusePassword(fault.message);
    } else if (isRefused(code)) {
        leaveFor(states.spent);
    } else {
        sayFault(answer);
    }
});

onAddress(requestForm, "auth/password-reset/request", states.sent);
