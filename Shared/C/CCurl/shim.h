#include <curl/curl.h>
#include <string.h>

/* curl_easy_setopt takes any number of arguments, which Swift cannot call: what one e-mail needs, in one call. */

struct jalons_mail_reader {
  const char *rest;
  size_t left;
};

static size_t jalons_read_mail(char *buffer, size_t size, size_t count, void *reader) {
  struct jalons_mail_reader *mail = (struct jalons_mail_reader *)reader;
  size_t length = size * count < mail->left ? size * count : mail->left;
  memcpy(buffer, mail->rest, length);
  mail->rest += length;
  mail->left -= length;
  return length;
}

/* 0 when the server took it; `code` is its last answer. Half a minute at most. */
static inline int jalons_send_mail(
  const char *url, const char *user, const char *password, int plain, const char *from, const char *to,
  const char *text, size_t length, long *code
) {
  CURL *curl = curl_easy_init();
  if (!curl) return -1;
  struct jalons_mail_reader mail = {text, length};
  struct curl_slist *recipients = curl_slist_append(NULL, to);
  curl_easy_setopt(curl, CURLOPT_URL, url);
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS, (long)(CURLPROTO_SMTP | CURLPROTO_SMTPS));
  if (user) curl_easy_setopt(curl, CURLOPT_USERNAME, user);
  if (password) curl_easy_setopt(curl, CURLOPT_PASSWORD, password);
  curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)(plain ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from);
  curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
  curl_easy_setopt(curl, CURLOPT_READFUNCTION, jalons_read_mail);
  curl_easy_setopt(curl, CURLOPT_READDATA, &mail);
  curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, 10L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, 30L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  int result = (int)curl_easy_perform(curl);
  if (curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, code) != CURLE_OK) *code = 0;
  curl_slist_free_all(recipients);
  curl_easy_cleanup(curl);
  return result;
}
