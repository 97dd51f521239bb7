// Shows what needs passkeys where the browser has them, and says in the page what allauth would only log.
(function () {
  "use strict";
  if (!window.PublicKeyCredential) return;
  const without = document.getElementById("no-passkeys");
  if (without) without.hidden = true;
  document.querySelectorAll("[data-passkey]").forEach(function (element) {
    element.hidden = false;
  });
  document.addEventListener("allauth.error", function (event) {
    const problem = document.getElementById("passkey-problem");
    if (!problem) return;
    event.preventDefault();
    problem.hidden = false;
  });
})();
