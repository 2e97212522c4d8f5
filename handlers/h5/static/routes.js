// Which view an address below /m/ has. A view is one file that exports a component; it is had when it is wanted.
export const routes = [
  ["/m", () => import("./views/home.js")],
  ["/m/ask", () => import("./views/ask.js")],
  ["/m/topics", () => import("./views/topics.js")],
  ["/m/topics/:topic", () => import("./views/topic.js")],
  ["/m/entries/:id", () => import("./views/entry.js")],
  ["/m/items", () => import("./views/items.js")],
  ["/m/items/:id", () => import("./views/item.js")],
  ["/m/places", () => import("./views/places.js")],
  ["/m/privacy", () => import("./views/privacy.js")],
  ["/m/tickets", () => import("./views/tickets.js")],
  ["/m/tickets/new", () => import("./views/newticket.js")],
  ["/m/tickets/:number", () => import("./views/ticket.js")],
  ["/m/events", () => import("./views/events.js")],
  ["/m/events/:number", () => import("./views/event.js")],
  ["/m/notices", () => import("./views/notices.js")],
  ["/m/me", () => import("./views/me.js")],
  ["/m/me/consents", () => import("./views/consents.js")],
  ["/m/me/logins", () => import("./views/logins.js")],
  ["/m/me/link", () => import("./views/link.js")],
  ["/m/me/erase", () => import("./views/erase.js")],
  ["/m/me/look", () => import("./views/look.js")],
];

export const nowhere = () => import("./views/nowhere.js");
