"use strict";

if (window.SwaggerUIBundle) {
    SwaggerUIBundle({
        url: "/api/v1/openapi.json",
        dom_id: "#swagger-ui",
        deepLinking: true,
        displayRequestDuration: true,
        filter: true,
        // A token entered under "Authorize" is forgotten with the page.
        persistAuthorization: false,
        // The document is not sent to another server for validation.
        validatorUrl: null,
    });
} else {
    document.getElementById("missing").hidden = false;
}
