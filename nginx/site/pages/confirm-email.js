// The page behind the link that confirms a new address. In a browser that has signed in to the account, a click is
// enough. Elsewhere it needs the password, since somebody else may be changing their account to this address.

import { after, clearField, isRefused, moveTo, onLink, onSubmit, post, say, sayFault, sayWrong } from "./pages.js";

const confirmForm = document.getElementById("confirm");
const proveForm = document.getElementById("prove");
const currentPassword = proveForm.elements.password;
const restart = document.getElementById("restart");

const states = {
    ready: { title: "Confirm your new address", offers: confirmForm },
    missing: {
        title: "This link is not complete",
        kind: "bad",
        text: "Open the link from the mail again, in full.",
        offers: restart,
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
        text: "Another account has this address now. Your account keeps its old address.",
        offers: restart,
    },
};

let token;
// The address that the link confirms, if the server has said it.
let email;

onLink("change_email", states, (found, known) => {
    token = found;
    email = known.email;
    clearField(currentPassword);
    // Password managers store the password under this name.
    proveForm.elements.username.value = email ?? "";
    return known.needsPassword ? proof() : ready();
});

function ready() {
    return { ...states.ready, text: email ? `Is ${email} your new address?` : "Is this your new address?" };
}

function proof() {
    return {
        title: "Is this account yours?",
        text: `Somebody asked to make ${email ?? "this"} the address of their account. If it was you, enter the `
            + "password of the account, or open the link in a browser in which you have signed in to it.",
        offers: proveForm,
    };
}

function confirmed() {
    return {
        title: "Your new address is confirmed",
        kind: "good",
        text: `From now on, sign in with ${email ?? "it"}. Mail goes to it too.`,
        isOver: true,
        offers: document.getElementById("done"),
    };
}

// Clears the password when a form is done.
function leaveFor(state) {
    clearField(currentPassword);
    moveTo(state);
}

// The token is used only on a click, since mail scanners and previews open links too.
onSubmit(confirmForm, () => confirm({}));

onSubmit(proveForm, async () => {
    if (currentPassword.value === "") {
        sayWrong(currentPassword, "Please enter the password.");
        return;
    }
    await confirm({ password: currentPassword.value });
});

async function confirm(given) {
    say("Confirming…");
    const answer = await post("auth/confirm-email", { token, ...given }, { sendsCookies: true });
    const { code, error } = answer;
    if (code === 200) {
        leaveFor(confirmed());
    } else if (error?.code === "PASSWORD_REQUIRED") {
        leaveFor(proof());
    } else if (error?.code === "ACCOUNT_LOCKED") {
        say(
            `There were too many attempts with a wrong password. Please try again ${after(answer.retryAfter)}.`, "bad",
        );
    } else if (given.password && (code === 400 || code === 401)) {
        sayWrong(currentPassword, "The password is wrong.");
    } else if (code === 409) {
        leaveFor(states.taken);
    } else if (isRefused(code)) {
        leaveFor(states.spent);
    } else {
        sayFault(answer);
    }
}
