#pragma once

#include <curl/curl.h>

// Swift cannot call variadic C functions; each kind of option value has its own name here.

static inline CURLcode gatehouse_curl_set_long(CURL *handle, CURLoption option, long value)
{
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode gatehouse_curl_set_string(CURL *handle, CURLoption option, const char *value)
{
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode gatehouse_curl_set_pointer(CURL *handle, CURLoption option, void *value)
{
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode gatehouse_curl_get_long(CURL *handle, CURLINFO info, long *value)
{
    return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode gatehouse_curl_get_off_t(CURL *handle, CURLINFO info, curl_off_t *value)
{
    return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode gatehouse_curl_set_opensocket(CURL *handle, curl_opensocket_callback function, void *argument)
{
    CURLcode result = curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, function);
    return result == CURLE_OK ? curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, argument) : result;
}

// Its storage is as long as `addrlen` says, longer than the member's type.
static inline const struct sockaddr *gatehouse_curl_address(const struct curl_sockaddr *address)
{
    return &address->addr;
}
