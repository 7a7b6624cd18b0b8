<?php

// A rival of the program: two of its calls, written by hand in one file without a framework.
//
// It uses the program's database. The access token is an ES256 JWT, which is verified once and then found by its
// SHA-256 in shared memory (APCu), as in the program. There are no limits, no log and no audit, and only the input in
// use is checked.
//
// Environment (fpm.conf): DATABASE_SOCKET, DATABASE_NAME, DATABASE_USER, DATABASE_PASSWORD; SIGNING_KEY, a PEM file.

declare(strict_types=1);

const LIFETIME = 900;

const SESSION_AND_USER = <<<'SQL'
    SELECT u.public_id, u.email, u.email_verified_at, u.name, u.avatar_url, u.locale, u.role, u.status, u.version,
           DATE_FORMAT(u.created_at, '%Y-%m-%dT%H:%i:%s.%f') AS created_at,
           DATE_FORMAT(u.updated_at, '%Y-%m-%dT%H:%i:%s.%f') AS updated_at, r.permissions
    FROM sessions s JOIN users u ON u.id = s.user_id JOIN roles r ON r.name = u.role
    WHERE s.public_id = ? AND s.revoked_at IS NULL AND s.expires_at > NOW(6) AND u.public_id = ? AND u.status = 'active'
    SQL;

const USER_BY_EMAIL = <<<'SQL'
    SELECT id, public_id, email, email_verified_at, name, avatar_url, locale, role, status, version, password_hash,
           DATE_FORMAT(created_at, '%Y-%m-%dT%H:%i:%s.%f') AS created_at,
           DATE_FORMAT(updated_at, '%Y-%m-%dT%H:%i:%s.%f') AS updated_at
    FROM users WHERE email_key = ? AND status = 'active'
    SQL;

function database(): PDO
{
    $socket = getenv('DATABASE_SOCKET');
    $name = getenv('DATABASE_NAME');
    return new PDO(
        "mysql:unix_socket=$socket;dbname=$name;charset=utf8mb4",
        getenv('DATABASE_USER'),
        getenv('DATABASE_PASSWORD'),
        [
            PDO::ATTR_PERSISTENT => true,
            PDO::ATTR_EMULATE_PREPARES => false,
            PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_ASSOC,
            PDO::MYSQL_ATTR_INIT_COMMAND => "SET time_zone = '+00:00', tx_isolation = 'READ-COMMITTED'",
        ],
    );
}

/** Runs a prepared statement. */
function run(PDO $database, string $statement, array $parameters): PDOStatement
{
    $prepared = $database->prepare($statement);
    $prepared->execute($parameters);
    return $prepared;
}

function base64url(string $bytes): string
{
    return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
}

function base64url_bytes(string $text): string
{
    return (string) base64_decode(strtr($text, '-_', '+/'), true);
}

/** Converts an ECDSA signature from JOSE's form, two numbers of 32 bytes, to DER, the form of OpenSSL. */
function der(string $signature): string
{
    $numbers = '';
    foreach (str_split($signature, 32) as $number) {
        $number = ltrim($number, "\0");
        if ($number === '' || ord($number[0]) >= 0x80) {
            $number = "\0$number";
        }
        $numbers .= "\x02" . chr(strlen($number)) . $number;
    }
    return "\x30" . chr(strlen($numbers)) . $numbers;
}

/** Converts an ECDSA signature from DER to JOSE's form. */
function jose(string $der): string
{
    $length = ord($der[3]);
    $numbers = [substr($der, 4, $length), substr($der, 6 + $length)];
    return implode('', array_map(fn ($number) => str_pad(ltrim($number, "\0"), 32, "\0", STR_PAD_LEFT), $numbers));
}

/** A new UUID of version 4. */
function uuid(): string
{
    $bytes = random_bytes(16);
    $bytes[6] = chr(ord($bytes[6]) & 0x0f | 0x40);
    $bytes[8] = chr(ord($bytes[8]) & 0x3f | 0x80);
    return vsprintf('%s%s-%s-%s-%s-%s%s%s', str_split(bin2hex($bytes), 4));
}

function issue(string $user, string $session, string $role): string
{
    $claims = ['sub' => $user, 'sid' => $session, 'role' => $role, 'iat' => time(), 'exp' => time() + LIFETIME];
    $signed = base64url('{"alg":"ES256","typ":"at+jwt"}') . '.' . base64url(json_encode($claims));
    openssl_sign($signed, $signature, file_get_contents(getenv('SIGNING_KEY')), OPENSSL_ALGO_SHA256);
    return $signed . '.' . base64url(jose($signature));
}

/** The claims of a valid token. */
function verify(string $token): ?array
{
    $digest = hash('sha256', $token, true);
    $claims = apcu_fetch($digest);
    if ($claims === false) {
        [$header, $payload, $signature] = [...explode('.', $token), '', '', ''];
        $bytes = base64url_bytes($signature);
        $key = openssl_pkey_get_details(openssl_pkey_get_private(file_get_contents(getenv('SIGNING_KEY'))))['key'];
        $alg = json_decode(base64url_bytes($header), true)['alg'] ?? null;
        if ($alg !== 'ES256' || strlen($bytes) !== 64
            || openssl_verify("$header.$payload", der($bytes), $key, OPENSSL_ALGO_SHA256) !== 1) {
            return null;
        }
        $claims = json_decode(base64url_bytes($payload), true);
        apcu_store($digest, $claims, LIFETIME);
    }
    return $claims['exp'] > time() ? $claims : null;
}

function answer(int $status, array $body, array $fields = []): never
{
    http_response_code($status);
    header('Content-Type: application/json');
    header('Cache-Control: no-store');
    header('X-Request-Id: ' . ($_SERVER['HTTP_X_REQUEST_ID'] ?? ''));
    foreach ($fields as $field) {
        header($field);
    }
    echo json_encode($body, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE);
    exit;
}

function refuse(int $status, string $code): never
{
    answer($status, ['error' => ['code' => $code, 'message' => 'This was refused.', 'details' => []]]);
}

/** A user in the form of the API. */
function shown(array $user): array
{
    return [
        'id' => $user['public_id'],
        'email' => $user['email'],
        'emailVerified' => $user['email_verified_at'] !== null,
        'name' => $user['name'],
        'avatarUrl' => $user['avatar_url'],
        'locale' => $user['locale'],
        'role' => $user['role'],
        'status' => $user['status'],
        'createdAt' => substr($user['created_at'], 0, 23) . 'Z',
        'updatedAt' => substr($user['updated_at'], 0, 23) . 'Z',
    ];
}

function users_me(): never
{
    $claims = verify(substr($_SERVER['HTTP_AUTHORIZATION'] ?? '', strlen('Bearer ')));
    $user = $claims ? run(database(), SESSION_AND_USER, [$claims['sid'], $claims['sub']])->fetch() : false;
    if (!$user || $user['role'] !== $claims['role']) {
        refuse(401, 'UNAUTHORIZED');
    }
    answer(200, ['data' => shown($user)], ['ETag: "' . $user['version'] . '"']);
}

function login(): never
{
    $input = json_decode(file_get_contents('php://input'), true);
    if (!is_string($input['email'] ?? null) || !is_string($input['password'] ?? null)) {
        refuse(422, 'VALIDATION_FAILED');
    }
    $database = database();
    $user = run($database, USER_BY_EMAIL, [strtolower($input['email'])])->fetch();
    if (!$user || !password_verify($input['password'], $user['password_hash'])) {
        refuse(401, 'INVALID_CREDENTIALS');
    }
    $session = uuid();
    $refresh = 'ghr_' . base64url(random_bytes(32));
    $database->beginTransaction();
    run(
        $database,
        'INSERT INTO sessions (public_id, user_id, user_agent, ip_address, expires_at)
         VALUES (?, ?, ?, ?, NOW(6) + INTERVAL 30 DAY)',
        [$session, $user['id'], $_SERVER['HTTP_USER_AGENT'] ?? '', $_SERVER['REMOTE_ADDR']],
    );
    run(
        $database,
        'INSERT INTO refresh_tokens (session_id, token_hash, expires_at) VALUES (?, ?, NOW(6) + INTERVAL 7 DAY)',
        [$database->lastInsertId(), hash('sha256', $refresh, true)],
    );
    $database->commit();
    $tokens = ['accessToken' => issue($user['public_id'], $session, $user['role']), 'refreshToken' => $refresh];
    answer(200, ['data' => ['user' => shown($user), 'tokens' => $tokens]]);
}

match ($_SERVER['REQUEST_METHOD'] . ' ' . $_SERVER['REQUEST_URI']) {
    'GET /api/v1/users/me' => users_me(),
    'POST /api/v1/auth/login' => login(),
    default => refuse(404, 'NOT_FOUND'),
};
