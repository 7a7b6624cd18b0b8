// The page behind the link that confirms a new address. In a browser that has signed in to the account, a click is enough;
// elsewhere it takes the password: somebody else may have changed their account to this address.

import { isRefused, moveTo, onLink, onSubmit, post, say, sayFault, sayWrong } from "./pages.js";

const confirmForm = document.getElementById("confirm");
const proveForm = document.getElementById("prove");
const currentPassword = proveForm.elements.password;
const restart = document.getElementById("restart");

const states = {
    ready: { title: "Confirm your new e-mail address", offers: confirmForm },
    proof: {
        title: "Is this account yours?",
        text: "An account asks for this address. If the account is yours, enter its password.",
        offers: proveForm,
    },
    missing: {
        title: "This link is not complete",
        kind: "bad",
        text: "Open the link from the mail again, in full.",
        offers: restart,
    },
    confirmed: {
        title: "Your new address is confirmed",
        kind: "good",
        text: "From now on, sign in with it. Mail goes to it too.",
        isOver: true,
        offers: document.getElementById("done"),
    },
    spent: {
        title: "This link is no longer valid",
        kind: "bad",
        text: "It has expired, or it has been used before. If you have confirmed the address already, sign in with it.",
        isOver: true,
        offers: restart,
    },
    taken: {
        title: "This address is in use",
        kind: "bad",
        text: "By now, another account has this address. Your account keeps the address that it had.",
        offers: restart,
    },
};

let token;

onLink("change_email", states, (found, { needsPassword }) => {
    token = found;
    currentPassword.value = "";
    return needsPassword ? states.proof : states.ready;
});

// No password stays behind in a form that is done with.
function leaveFor(state) {
    currentPassword.value = "";
    moveTo(state);
}

// The token is used on a click and never before: mail scanners and previews open links too.
onSubmit(confirmForm, () => confirm({}));

onSubmit(proveForm, async () => {
    if (currentPassword.value === "") {
        sayWrong(currentPassword, "Please enter your password.");
        return;
    }
    await confirm({ password: currentPassword.value });
});

async function confirm(proof) {
    say("Confirming…");
    const { code, error } = await post("auth/confirm-email", { token, ...proof }, { sendsCookies: true });
    if (code === 200) {
        leaveFor(states.confirmed);
    } else if (error?.code === "PASSWORD_REQUIRED") {
        leaveFor(states.proof);
    } else if (error?.code === "ACCOUNT_LOCKED") {
        say("There were too many attempts with a wrong password. Wait a while, and try again.", "bad");
    } else if (proof.password && (code === 400 || code === 401)) {
        sayWrong(currentPassword, "The password is wrong.");
    } else if (code === 409) {
        leaveFor(states.taken);
    } else if (isRefused(code)) {
        leaveFor(states.spent);
    } else {
        sayFault(code);
    }
}
