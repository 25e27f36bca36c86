// The demo shop's own script: who is logged in, and what a site tells the Messenger about it.
"use strict";
const KEY = "fernwood.logged-in";
const ada = JSON.parse(document.body.dataset.ada);
const anonymous = { app_id: ada.app_id, api_base: ada.api_base };

function loggedIn() {
  try {
    return localStorage.getItem(KEY) === "ada";
  } catch {
    return false;
  }
}

function remember(value) {
  try {
    if (value) localStorage.setItem(KEY, "ada");
    else localStorage.removeItem(KEY);
  } catch {
    // Storage is blocked: the log-in lasts until the next page.
  }
}

// Before the Messenger's script runs: the page's settings name the user, as a server-rendered site would have it.
if (loggedIn()) window.intercomSettings = { ...ada };

const who = document.getElementById("who");
const logIn = document.getElementById("log-in");
const logOut = document.getElementById("log-out");

function show(isIn) {
  if (!who) return;
  who.textContent = isIn ? `You are logged in as ${ada.name} (${ada.email}).` : "You are not logged in.";
  logIn.hidden = isIn;
  logOut.hidden = !isIn;
}

show(loggedIn());
logIn?.addEventListener("click", () => {
  remember(true);
  window.intercomSettings = { ...ada };
  window.Intercom("boot", { ...ada });
  show(true);
  logOut.focus();
});
logOut?.addEventListener("click", () => {
  remember(false);
  window.Intercom("shutdown");
  window.intercomSettings = { ...anonymous };
  window.Intercom("boot", { ...anonymous });
  show(false);
  logIn.focus();
});
