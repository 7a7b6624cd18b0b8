// The page behind the link in a verification mail. In the browser that registered, a click is enough. Elsewhere the
// person enters the password, sets a new one, or says that somebody else registered with their address.

import { clearPassword, dropQuestion, judge, password, refusePassword } from "./new-password.js";
import {
    after, clearField, isRefused, moveTo, onAddress, onLink, onSubmit, post, say, sayFault, sayWrong,
} from "./pages.js";

const part = (id) => document.getElementById(id);
const proveForm = part("prove");
const renewForm = part("renew");
const currentPassword = proveForm.elements.password;

const states = {
    ready: { title: "Confirm your address", offers: part("confirm") },
    missing: {
        title: "This link is not complete",
        kind: "bad",
        text: "Open the link from the mail again, in full. If your mail program breaks it, ask for a new one.",
        offers: part("resend"),
    },
    spent: {
        title: "This link is no longer valid",
        kind: "bad",
        text: "It has expired, or it has been used before. If you have confirmed your address already, just sign in.",
        isOver: true,
        offers: part("resend"),
    },
    sent: {
        title: "Check your inbox",
        kind: "good",
        text: "If this address waits to be confirmed, a new link is on its way to it. The link is valid for 24 hours.",
    },
};

let token;
// The server's information about the link.
let link;

const lookAgain = onLink("verify_email", states, (found, known) => {
    token = found;
    link = known;
    clear();
    for (const form of [proveForm, renewForm]) form.elements.username.value = link.email ?? "";
    return link.needsPassword ? proof() : ready();
});

function ready() {
    return { ...states.ready, text: link.email ? `Is ${link.email} your address?` : "Is this your address?" };
}

function proof() {
    // Without an answer about the link, the effect of "not me" is unknown.
    part("disown").hidden = link.needsPassword === undefined;
    part("suspicion").textContent = link.registration
        ? "Did somebody else register with your address?"
        : "Do you know nothing of this account?";
    part("stranger").textContent = link.registration ? "It was not me" : "This account is not mine";
    part("second-thought").textContent = link.registration ? "It was you after all?" : "Is it yours after all?";
    return { title: "Is this account yours?", text: origin(), offers: proveForm };
}

// The origin of the account, and what to do if it is theirs.
function origin() {
    const { email, registration, needsPassword } = link;
    if (registration) {
        const time = new Date(registration.at).toLocaleString("en", { dateStyle: "long", timeStyle: "short" });
        const name = registration.name ? ` under the name ${registration.name}` : "";
        const device = registration.device ? `, with ${registration.device}` : "";
        return `Somebody registered with ${email}${name} on ${time}${device}. If it was you, enter the password.`;
    }
    return needsPassword
        ? `Those who run this service made an account for ${email}. Enter the password that you were given, or choose `
            + "one of your own."
        : "There is an account with this address. If it is yours, enter its password.";
}

function renewal() {
    return {
        title: "Choose a new password",
        text: `It confirms ${link.email ?? "the address"}, and makes the account yours, with its contents. `
            + "Nobody else can sign in to it any more.",
        offers: renewForm,
    };
}

function rejection() {
    part("refuse").textContent = link.rejectionDeletes ? "Delete the account" : "Lock the account";
    return link.rejectionDeletes
        ? {
            title: "Delete the account?",
            text: "Then nobody can sign in to it any more, and after 30 days it is erased. Your address is free "
                + "at once, and you can register with it yourself.",
            offers: part("reject"),
        }
        : {
            title: "Lock the account?",
            text: "Then nobody can sign in to it with the password that it has now. The account itself stays with "
                + "those who run this service, and so does the address. Only they can delete it.",
            offers: part("reject"),
        };
}

function confirmed() {
    return {
        title: "Your address is confirmed",
        kind: "good",
        text: link.email,
        isOver: true,
        offers: link.isFirstPassword ? part("passwordless") : part("done"),
    };
}

function rejected() {
    return link.rejectionDeletes
        ? {
            title: "The account is deleted",
            kind: "good",
            text: `Nobody can use it. ${link.email} is free for an account of your own.`,
            isOver: true,
            offers: part("rejected"),
        }
        : {
            title: "The account is locked",
            kind: "good",
            text: "Its password no longer works. To have it deleted, contact those who run this service.",
            isOver: true,
            offers: part("locked"),
        };
}

// Clears the passwords when a form is done.
function clear() {
    clearField(currentPassword);
    clearPassword();
}

function leaveFor(state) {
    clear();
    moveTo(state);
}

part("forgetful").addEventListener("click", () => leaveFor(renewal()));
part("rememberer").addEventListener("click", () => leaveFor(proof()));
part("stranger").addEventListener("click", () => leaveFor(rejection()));
part("returner").addEventListener("click", () => leaveFor(proof()));
password.addEventListener("input", () => judge({ token }));

onSubmit(part("confirm"), async () => {
    say("Confirming…");
    await verify({});
});

onSubmit(proveForm, async () => {
    if (currentPassword.value === "") {
        sayWrong(currentPassword, "Please enter the password.");
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
    const answer = await post("auth/verify-email", { token, ...proof }, { sendsCookies: true });
    const { code, error } = answer;
    const fault = error?.details?.find((detail) => detail.field === "newPassword");
    if (code === 200) {
        leaveFor(confirmed());
    } else if (error?.code === "PASSWORD_REQUIRED") {
        await askForProof();
    } else if (fault) {
        refusePassword(fault.message);
    } else if (error?.code === "ACCOUNT_LOCKED") {
        say(
            "There were too many attempts with a wrong password. Please try again "
                + `${after(answer.retryAfter)}, or choose a new password.`,
            "bad",
        );
    } else if (proof.password && (code === 400 || code === 401)) {
        sayWrong(currentPassword, "The password is wrong.");
    } else if (isRefused(code)) {
        leaveFor(states.spent);
    } else {
        sayFault(answer);
    }
}

// The link needs the password, although the server had not said so, or this browser is no longer known to it.
async function askForProof() {
    const known = await lookAgain();
    if (known && !known.needsPassword) leaveFor(proof());
}

onSubmit(part("reject"), async () => {
    say(link.rejectionDeletes ? "Deleting…" : "Locking…");
    const answer = await post("auth/verify-email/reject", { token });
    if (answer.code === 204) {
        moveTo(rejected());
    } else if (isRefused(answer.code)) {
        moveTo(states.spent);
    } else {
        sayFault(answer);
    }
});

onAddress(part("resend"), "auth/verify-email/resend", states.sent);
