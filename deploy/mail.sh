# shellcheck shell=bash disable=SC2154 # settings.sh sets `setting`
# The mail sink of a stack: it accepts all mail and delivers none. It is used only if no other server is named. Sourced,
# never run; needs common.sh and settings.sh.

start_mail() {
    local port=${setting[GATEHOUSE_SMTP_PORT]}
    [[ ${setting[GATEHOUSE_SMTP_HOST]} == 127.0.0.1 && -z ${GATEHOUSE_SMTP_PORT:-} ]] || return 0
    [[ $port != "$(cat "$RUN/mail.port" 2>/dev/null)" ]] || ! pid_of mail >/dev/null || return 0
    stop_piece mail TERM
    is_port_free "$port" || fail "port $port of the mail sink is taken$(whose_port "$port").
  Change GATEHOUSE_SMTP_PORT in $RUN/gatehouse.env and try again."
    say "Starting the mail sink, which stores all mail in $RUN/mail"
    printf '%s\n' "$port" >"$RUN/mail.port"
    start_piece mail "$PYTHON" -I -m aiosmtpd -n -u -l "127.0.0.1:$port" -c aiosmtpd.handlers.Mailbox "$LINK/mail"
    wait_until 20 mail_is_up_or_gone "$port" || true
    is_listening "$port" || fail_with_log "the mail sink did not start" mail
}

mail_is_up_or_gone() { is_listening "$1" || ! pid_of mail >/dev/null; }
