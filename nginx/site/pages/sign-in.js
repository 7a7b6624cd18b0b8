// Signs in with a password or a provider: the browser goes to the provider and comes back here with a code, which only
// counts together with the verifier that this tab has kept.

import {
    after, clearField, get, isAddress, isRefused, moveTo, onSubmit, open, post, say, sayFault, sayWrong,
    sayWrongAddress,
} from "./pages.js";

const ways = document.getElementById("ways");
const signInForm = document.getElementById("sign-in");
const signOutForm = document.getElementById("sign-out");
const providers = document.getElementById("providers");
const { email, password } = signInForm.elements;

const verifierPlace = "verifier /sign-in";

const signedOut = { title: "Sign in", offers: ways };

const words = {
    SIGN_IN_EXPIRED: "The sign-in took too long or was started in another browser. Please try again.",
    SIGN_IN_CANCELLED: "You have cancelled the sign-in.",
    PROVIDER_UNAVAILABLE: "The service that you chose cannot be reached. Try again later, or sign in in another way.",
    PROVIDER_REFUSED: "The service that you chose did not confirm who you are. Please try again.",
    ACCOUNT_SUSPENDED: "This account is suspended.",
    ACCOUNT_DELETED: "This account is deleted.",
    EMAIL_NOT_VERIFIED: "A mail with a link is on its way to you. Follow the link, then sign in again.",
    EMAIL_REQUIRED: "The service that you chose did not share an e-mail address with which you can have an account "
        + "here. Let it tell your own one.",
    EMAIL_TAKEN: "Somebody has an account with this address already.",
    EMAIL_NOT_ALLOWED: "Your e-mail address cannot be used for an account here.",
    RATE_LIMITED: "There were too many attempts. Please try again later.",
    REGISTRATION_CLOSED: "You have no account here that this service can use, and new accounts cannot be made. If you "
        + "have registered before, choose “Forgot your password?”.",
    ACCOUNT_EXISTS: "There is an account with your address already. Sign in to it once, and the service that you chose "
        + "is linked to it.",
};

// Where this tab keeps the code of a provider's sign-in that links it to the account that signs in here, with its
// verifier: the person may set a new password first, or come back from another provider.
const claimPlace = "claim /sign-in";
// The lifetime of the code, in milliseconds.
const claimLifetime = 600_000;

let accessToken;

start();

async function start() {
    const query = new URLSearchParams(location.search);
    // Removes the code from the address bar and the history.
    history.replaceState(null, "", location.pathname);
    const verifier = sessionStorage.getItem(verifierPlace);
    sessionStorage.removeItem(verifierPlace);
    const [code, error] = [query.get("code"), query.get("error")];
    if (error === "ACCOUNT_EXISTS" && code && verifier) {
        const claim = { code, codeVerifier: verifier };
        sessionStorage.setItem(claimPlace, JSON.stringify({ claim, until: Date.now() + claimLifetime }));
    }
    if (code && !error) {
        await exchange(code, verifier);
    } else if (error) {
        const text = Object.hasOwn(words, error) ? words[error] : "This sign-in was refused.";
        open({ ...signedOut, kind: "bad", text });
    } else {
        open(signedOut);
    }
    await list();
}

async function exchange(code, verifier) {
    open({ title: "Sign in", text: "Signing in…" });
    const answer = verifier
        ? await post("auth/oauth/exchange", { code, codeVerifier: verifier, cookie: true }, { sendsCookies: true })
        : { code: 422 };
    if (answer.code === 200) {
        await finish(answer.data);
    } else {
        const refused = words[answer.error?.code] ?? words.SIGN_IN_EXPIRED;
        moveTo({ ...signedOut, kind: "bad", text: isRefused(answer.code) ? refused : undefined });
        if (!isRefused(answer.code)) sayFault(answer);
    }
}

// Shows a button for each provider.
async function list() {
    const { code, data } = await get("auth/oauth/providers");
    if (code !== 200) return;
    providers.replaceChildren(...data.map(({ id, name }) => {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = `Continue with ${name}`;
        button.addEventListener("click", () => visit(id));
        return button;
    }));
    providers.hidden = data.length === 0;
}

async function visit(provider) {
    const verifier = encode(crypto.getRandomValues(new Uint8Array(32)));
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
    sessionStorage.setItem(verifierPlace, verifier);
    const query = new URLSearchParams({
        redirectTo: location.origin + location.pathname,
        codeChallenge: encode(new Uint8Array(digest)),
    });
    location.assign(`/api/v1/auth/oauth/${provider}/authorize?${query}`);
}

// Base64url without padding (RFC 4648, section 5).
function encode(bytes) {
    return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

onSubmit(signInForm, async () => {
    if (!isAddress(email.value)) {
        sayWrongAddress(email);
        return;
    }
    if (password.value === "") {
        sayWrong(password, "Please enter the password.");
        return;
    }
    say("Signing in…");
    const answer = await post(
        "auth/login", { email: email.value, password: password.value, cookie: true }, { sendsCookies: true },
    );
    if (answer.code === 200) {
        await finish(answer.data);
    } else if (answer.error?.code === "ACCOUNT_LOCKED") {
        say(`There were too many failed attempts. Please try again ${after(answer.retryAfter)}.`, "bad");
    } else if (answer.error?.code === "EMAIL_NOT_VERIFIED") {
        say("Verify your address first: follow the link in the mail that we sent.", "bad");
    } else if (answer.code === 403) {
        say(answer.error.message, "bad");
    } else if (isRefused(answer.code)) {
        sayWrong(password, "The address or the password is wrong.");
    } else {
        sayFault(answer);
    }
});

async function finish({ user, tokens }) {
    accessToken = tokens.accessToken;
    clearField(password);
    moveTo({
        title: "You are signed in",
        kind: "good",
        text: `You are signed in as ${user.name} (${user.email}).${await link()}`,
        offers: signOutForm,
    });
}

// Links the provider's account that came back with ACCOUNT_EXISTS. Returns what to say about it.
async function link() {
    const kept = JSON.parse(sessionStorage.getItem(claimPlace));
    if (!kept?.claim || Date.now() > kept.until) {
        sessionStorage.removeItem(claimPlace);
        return "";
    }
    const { code, error } = await post("users/me/oauth-accounts", kept.claim, { accessToken });
    if (error?.code === "REAUTHENTICATION_REQUIRED") {
        return " To link the service that you chose, sign in with your password within ten minutes; if you have none, "
            + "set one with “Forgot your password?”.";
    }
    if (!isRefused(code) && code !== 201) return " The service that you chose could not be linked yet; sign in again.";
    sessionStorage.removeItem(claimPlace);
    return code === 201
        ? " You can now also sign in with that service."
        : " The service that you chose could not be linked: it belongs to another address, or that took too long.";
}

onSubmit(signOutForm, async () => {
    say("Signing out…");
    const answer = await post("auth/logout", undefined, { accessToken, sendsCookies: true });
    accessToken = undefined;
    if (answer.code === 204 || isRefused(answer.code)) {
        moveTo(signedOut);
    } else {
        sayFault(answer);
    }
});
