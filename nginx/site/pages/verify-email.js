// The page behind the link in a verification mail. In the browser that registered, a click is enough. Elsewhere whoever follows
// the link shows the password, sets a new one, or says that somebody else registered with their address.

import { clearPassword, dropQuestion, judge, password, refusePassword } from "./new-password.js";
import { isRefused, moveTo, onAddress, onLink, onSubmit, post, say, sayFault, sayWrong } from "./pages.js";

const confirmForm = document.getElementById("confirm");
const proveForm = document.getElementById("prove");
const renewForm = document.getElementById("renew");
const rejectForm = document.getElementById("reject");
const resendForm = document.getElementById("resend");
const currentPassword = proveForm.elements.password;

const states = {
    ready: { title: "Confirm your e-mail address", offers: confirmForm },
    proof: {
        title: "Is this account yours?",
        text: "There is an account with this address. If it is yours, enter its password.",
        offers: proveForm,
    },
    renewal: {
        title: "Choose a new password",
        text: "The account is yours then, with what is in it. Everybody else is signed out of it.",
        offers: renewForm,
    },
    rejection: {
        title: "Delete the account?",
        text: "Nobody can sign in to it any more, and in 30 days it is erased. You can register with your address yourself.",
        offers: rejectForm,
    },
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
        isOver: true,
        offers: document.getElementById("done"),
    },
    rejected: {
        title: "The account is deleted",
        kind: "good",
        text: "Nobody can use it. Your address is free for an account of your own.",
        isOver: true,
        offers: document.getElementById("rejected"),
    },
    spent: {
        title: "This link is no longer valid",
        kind: "bad",
        text: "It has expired, or it has been used before. If you have confirmed your address already, just sign in.",
        isOver: true,
        offers: resendForm,
    },
    sent: {
        title: "Look into your mailbox",
        kind: "good",
        text: "If this address waits to be confirmed, a new link is on its way to it. The link is valid for 24 hours.",
    },
};

let token;

onLink("verify_email", states, (found, { email, needsPassword }) => {
    token = found;
    clear();
    for (const form of [proveForm, renewForm]) form.elements.username.value = email ?? "";
    return needsPassword ? states.proof : states.ready;
});

// No password stays behind in a form that is done with.
function clear() {
    currentPassword.value = "";
    clearPassword();
}

function leaveFor(state) {
    clear();
    moveTo(state);
}

document.getElementById("forgetful").addEventListener("click", () => leaveFor(states.renewal));
document.getElementById("stranger").addEventListener("click", () => leaveFor(states.rejection));
document.getElementById("returner").addEventListener("click", () => leaveFor(states.proof));
password.addEventListener("input", () => judge({ token }));

onSubmit(confirmForm, async () => {
    say("Confirming…");
    await verify({});
});

onSubmit(proveForm, async () => {
    if (currentPassword.value === "") {
        sayWrong(currentPassword, "Please enter your password.");
        return;
    }
    say("Confirming…");
    await verify({ password: currentPassword.value });
});

onSubmit(renewForm, async () => {
    dropQuestion();
    say("Confirming…");
    await verify({ newPassword: password.value });
});

async function verify(proof) {
    const { code, error } = await post("auth/verify-email", { token, ...proof }, { sendsCookies: true });
    const fault = error?.details?.find((detail) => detail.field === "newPassword");
    if (code === 200) {
        leaveFor(states.confirmed);
    } else if (error?.code === "PASSWORD_REQUIRED") {
        leaveFor(states.proof);
    } else if (fault) {
        refusePassword(fault.message);
    } else if (error?.code === "ACCOUNT_LOCKED") {
        say("There were too many attempts with a wrong password. Wait a while, or choose a new one.", "bad");
    } else if (proof.password && (code === 400 || code === 401)) {
        sayWrong(currentPassword, "The password is wrong.");
    } else if (isRefused(code)) {
        leaveFor(states.spent);
    } else {
        sayFault(code);
    }
}

onSubmit(rejectForm, async () => {
    say("Deleting…");
    const { code } = await post("auth/verify-email/reject", { token });
    if (code === 204) {
        moveTo(states.rejected);
    } else if (isRefused(code)) {
        moveTo(states.spent);
    } else {
        sayFault(code);
    }
});

onAddress(resendForm, "auth/verify-email/resend", states.sent);
