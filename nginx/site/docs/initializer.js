"use strict";

if (window.SwaggerUIBundle) {
    SwaggerUIBundle({
        url: "/api/v1/openapi.json",
        dom_id: "#swagger-ui",
        deepLinking: true,
        displayRequestDuration: true,
        filter: true,
        // A token typed into "Authorize" is gone when the page is.
        persistAuthorization: false,
        // No document is sent to a validator elsewhere.
        validatorUrl: null,
    });
} else {
    document.getElementById("missing").hidden = false;
}
