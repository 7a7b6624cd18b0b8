# shellcheck shell=bash disable=SC2154 # settings.sh sets `setting`
# The development provider of a stack, by which anybody can sign in as anybody: oidc-provider-mock. It is used only if
# nothing else is set. Its key is kept in the run folder, so processes that know it trust the provider after a restart.
# Sourced, never run; needs common.sh and settings.sh.

# Users whose addresses are verified there; everybody else has an unverified one. The second has an account of the seed.
PROVIDER_USERS=(
    '{"sub": "ada", "name": "Ada Lovelace", "email": "ada@example.com", "email_verified": true}'
    '{"sub": "user", "name": "Grace Hopper", "email": "user@example.com", "email_verified": true}'
)

# The environment is made once, for all stacks of the checkout; while packages cannot be fetched, the stack does
# without.
start_provider() {
    local issuer=${setting[GATEHOUSE_PROVIDER_MOCK_ISSUER]:-} port
    [[ ,${setting[GATEHOUSE_PROVIDERS]:-}, == *,mock,* && $issuer == http://127.0.0.1:* ]] || return 0
    port=${issuer##*:}
    [[ $port != "$(cat "$RUN/provider.port" 2>/dev/null)" ]] || ! pid_of provider >/dev/null || return 0
    deploy/python-environment .build/provider deploy/provider-requirements.txt || {
        say "warning: the development provider could not be fetched; nobody can sign in with it until make run succeeds"
        return 0
    }
    stop_piece provider TERM
    is_port_free "$port" || fail "port $port of the development provider is taken$(whose_port "$port").
  Change GATEHOUSE_PROVIDER_MOCK_ISSUER in $RUN/gatehouse.env and try again."
    say "Starting the development provider"
    printf '%s\n' "$port" >"$RUN/provider.port"
    start_piece provider "$ROOT/.build/provider/bin/python" -I "$ROOT/deploy/provider.py" "$RUN/provider.pem" \
        --port "$port" "${PROVIDER_USERS[@]/#/--user-claims=}"
    wait_until 20 provider_is_up_or_gone "$port" || true
    is_listening "$port" || fail_with_log "the development provider did not start" provider
}

provider_is_up_or_gone() { is_listening "$1" || ! pid_of provider >/dev/null; }
