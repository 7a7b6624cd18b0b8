// The page behind the link in an invitation. Accepting needs a session, which the page starts and ends; its token is
// only in memory.

import { clearPassword, dropQuestion, judge, password, refusePassword } from "./new-password.js";
import {
    after, isAddress, isRefused, moveTo, onAddress, onLink, onSubmit, post, say, sayFault, sayWrong, sayWrongAddress,
} from "./pages.js";

const signInForm = document.getElementById("signin");
const registerForm = document.getElementById("register");
const resendForm = document.getElementById("resend");
const restart = document.getElementById("restart");
const currentPassword = signInForm.elements.password;

const states = {
    ready: {
        title: "Accept your invitation",
        text: "You are invited to join an organization. To accept, sign in with the address that received the mail.",
        offers: signInForm,
    },
    newcomer: { title: "Create an account", offers: registerForm },
    taken: {
        title: "There is an account already",
        text: "Somebody has registered with this address. If that was you, sign in with it to accept the invitation.",
        offers: signInForm,
    },
    registered: {
        title: "Check your inbox",
        kind: "good",
        text: "A mail is on its way to you. Follow the link in it; then open the link in the invitation again. If no "
            + "mail comes, have another one sent.",
        offers: resendForm,
    },
    unverified: {
        title: "Confirm your address first",
        kind: "bad",
        text: "Follow the link in the mail that confirms it; then open the link in the invitation again. If you have "
            + "no such mail, have another one sent.",
        offers: resendForm,
    },
    sent: {
        title: "Check your inbox",
        kind: "good",
        text: "If this address waits to be confirmed, a new link is on its way to it. Follow it; then open the link in "
            + "the invitation again.",
    },
    accepted: {
        title: "The invitation is accepted",
        kind: "good",
        isOver: true,
        offers: document.getElementById("done"),
    },
    missing: {
        title: "This link is not complete",
        kind: "bad",
        text: "Open the link from the mail again, in full.",
        offers: restart,
    },
    spent: {
        title: "This link is no longer valid",
        kind: "bad",
        text: "It has expired, was withdrawn, or has been used before. If you have accepted already, you are a member.",
        isOver: true,
        offers: restart,
    },
};

const refusals = {
    REGISTRATION_CLOSED: "No account can be made with this address. Use the address that received the invitation. If "
        + "it is this one, ask those who run this service for an account.",
    EMAIL_NOT_ALLOWED: "This service does not accept addresses of this domain.",
};

let token;

onLink("invitation", states, (found, { email }) => {
    token = found;
    clear();
    for (const form of [signInForm, registerForm]) form.elements.email.value = email ?? "";
    return states.ready;
});

// Clears the passwords when a form is done.
function clear() {
    currentPassword.value = "";
    clearPassword();
}

function leaveFor(state) {
    clear();
    moveTo(state);
}

// Copies the address, so that nobody has to type it twice.
function leaveWithAddress(state, form) {
    state.offers.elements.email.value = form.elements.email.value;
    leaveFor(state);
}

document.getElementById("newcomer").addEventListener("click", () => leaveWithAddress(states.newcomer, signInForm));
document.getElementById("returner").addEventListener("click", () => leaveWithAddress(states.ready, registerForm));

onSubmit(signInForm, async () => {
    const { email } = signInForm.elements;
    if (!isAddress(email.value)) {
        sayWrongAddress(email);
        return;
    }
    if (currentPassword.value === "") {
        sayWrong(currentPassword, "Please enter your password.");
        return;
    }
    say("Signing in…");
    const signedIn = await post("auth/login", { email: email.value, password: currentPassword.value });
    if (signedIn.code !== 200) {
        refuseSignIn(signedIn);
        return;
    }
    const { accessToken } = signedIn.data.tokens;
    const accepted = await post("invitations/accept", { token }, { accessToken });
    // Signs out whatever the outcome, even if the page is closed at this moment, and without waiting for the answer.
    post("auth/logout", undefined, { accessToken, keepalive: true });
    if (accepted.code === 200) {
        const { organization, role } = accepted.data;
        const article = /^[aeiou]/.test(role) ? "an" : "a";
        leaveFor({ ...states.accepted, text: `You have joined ${organization.name} as ${article} ${role}.` });
    } else {
        refuseInvitation(accepted);
    }
});

function refuseSignIn(answer) {
    const { code, error } = answer;
    if (error?.code === "EMAIL_NOT_VERIFIED") {
        leaveWithAddress(states.unverified, signInForm);
    } else if (error?.code === "ACCOUNT_SUSPENDED") {
        say("This account is suspended. Only those who run this service can change that.", "bad");
    } else if (error?.code === "ACCOUNT_LOCKED") {
        say(
            "There were too many attempts with a wrong password. Please try again "
                + `${after(answer.retryAfter)}, or set a new password by mail.`,
            "bad",
        );
    } else if (isRefused(code)) {
        sayWrong(currentPassword, "The address or the password is wrong. If you have no account yet, create one.");
    } else {
        sayFault(answer);
    }
}

function refuseInvitation(answer) {
    const { code, error } = answer;
    if (error?.code === "EMAIL_NOT_VERIFIED") {
        leaveWithAddress(states.unverified, signInForm);
    } else if (code === 401) {
        say("Your account was signed out at this moment. Please try again.", "bad");
    } else if (code === 403) {
        sayWrong(signInForm.elements.email, "This invitation was sent to another address. Sign in with that one.");
    } else if (code === 409) {
        say("You are a member of as many organizations as possible. Leave one of them, and try again.", "bad");
    } else if (isRefused(code)) {
        leaveFor(states.spent);
    } else {
        sayFault(answer);
    }
}

password.addEventListener("input", () => {
    const { email, name } = registerForm.elements;
    judge({ email: email.value, name: name.value });
});

onSubmit(registerForm, async () => {
    dropQuestion();
    const { email, name } = registerForm.elements;
    say("Creating the account…");
    const body = { name: name.value, email: email.value, password: password.value, invitation: token };
    const answer = await post("auth/register", body, { sendsCookies: true });
    if (answer.code === 201) {
        leaveWithAddress(states.registered, registerForm);
    } else if (answer.code === 409) {
        leaveWithAddress(states.taken, registerForm);
    } else {
        refuseRegistration(answer);
    }
});

// The last message is announced and its field gets the focus, so the first wrong field comes last.
function refuseRegistration(answer) {
    const faults = Object.fromEntries((answer.error?.details ?? []).map(({ field, message }) => [field, message]));
    const { email, name } = registerForm.elements;
    if (Object.hasOwn(refusals, answer.error?.code)) {
        sayWrong(email, refusals[answer.error.code]);
        return;
    }
    sayFault(answer);
    if (faults.password) refusePassword(faults.password);
    if (faults.email) sayWrongAddress(email);
    if (faults.name) sayWrong(name, "Please enter your name. It may have up to 100 characters.");
}

onAddress(resendForm, "auth/verify-email/resend", states.sent);
