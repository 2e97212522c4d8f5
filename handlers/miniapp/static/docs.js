/* The page of /api/docs. Every POST that is tried gets an Idempotency-Key of its own. */
"use strict";
const place = document.getElementById("api");
window.SwaggerUIBundle({
  url: place.dataset.openapi,
  domNode: place,
  deepLinking: true,
  validatorUrl: null,
  requestInterceptor(request) {
    if (request.method === "POST") request.headers["Idempotency-Key"] ||= crypto.randomUUID();
    return request;
  },
});
