// The page behind the link that confirms a new address.

import { isRefused, moveTo, onLink, onSubmit, post, say, sayFault } from "./pages.js";

const confirmForm = document.getElementById("confirm");
const restart = document.getElementById("restart");

const states = {
    ready: { title: "Confirm your new e-mail address", offers: confirmForm },
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

onLink("change_email", states, (found) => {
    token = found;
    return states.ready;
});

// The token is used on a click and never before: mail scanners and previews open links too.
onSubmit(confirmForm, async () => {
    say("Confirming…");
    const { code } = await post("auth/confirm-email", { token });
    if (code === 200) {
        moveTo(states.confirmed);
    } else if (code === 409) {
        moveTo(states.taken);
    } else if (isRefused(code)) {
        moveTo(states.spent);
    } else {
        sayFault(code);
    }
});
