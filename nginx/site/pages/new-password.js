// The field for a new password. The server's advice follows the input, and the password can be shown.

import { clearField, post, sayWrong, unsay } from "./pages.js";

export const password = document.getElementById("password");
const reveal = document.getElementById("reveal");
const hint = document.getElementById("hint");

// The pause in typing before the server is asked, in milliseconds.
const pause = 300;

let question = new AbortController();

// Asks the server about the password in the field, and tells it whose password it would be. Only the answer to the last
// question counts. Returns the status code, or nothing if another question has followed.
export async function judge(whose) {
    dropQuestion();
    question = new AbortController();
    const { signal } = question;
    await new Promise((resolve) => setTimeout(resolve, pause));
    if (signal.aborted) return;
    const { code, data } = await post("auth/password-check", { password: password.value, ...whose }, { signal });
    if (signal.aborted) return;
    if (code !== 200 || password.value === "") {
        advise("");
    } else {
        advise(ofPassword(data.hint ?? "This is hard to guess."), data.acceptable ? "good" : "");
    }
    return code;
}

export function dropQuestion() {
    question.abort();
}

// Changes only what differs, since screen readers announce every change.
function advise(text, kind) {
    if (hint.textContent !== text) hint.textContent = text;
    hint.className = kind ?? "";
}

// Adds the field's name to the server's message, which does not contain it.
function ofPassword(text) {
    return text.replace(/^Must /, "The password must ");
}

export function refusePassword(why) {
    if (password.value === "") {
        sayWrong(password, "Please choose a password.");
        advise("");
    } else {
        sayWrong(password, "Please choose another password.");
        advise(ofPassword(why), "bad");
    }
}

export function clearPassword() {
    dropQuestion();
    clearField(password);
    uncover(false);
    advise("");
}

function uncover(visible) {
    password.type = visible ? "text" : "password";
    reveal.setAttribute("aria-pressed", visible);
}

password.addEventListener("input", () => {
    password.removeAttribute("aria-invalid");
    unsay();
});

reveal.addEventListener("click", () => uncover(password.type === "password"));
