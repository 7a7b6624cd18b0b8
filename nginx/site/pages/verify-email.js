// The page behind the link in a verification mail.

import { onAddress, onConfirmation } from "./pages.js";

const confirmForm = document.getElementById("confirm");
const resendForm = document.getElementById("resend");

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
        offers: document.getElementById("done"),
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

onConfirmation(confirmForm, "auth/verify-email", states);
onAddress(resendForm, "auth/verify-email/resend", states.sent);
