// A classic script in the words of old browsers: when the modules of the page do not come, or cannot be read, page.html
// has something to say about it. Deferred, it runs before them however late it comes, and misses no fault of theirs. What
// takes too long shows by itself (page.css).
(function () {
  var root = document.documentElement;
  function shows(what) {
    if (document.querySelector("#page > .late")) root.className += " " + what;
  }
  if (!("noModule" in document.createElement("script"))) shows("too-old");
  window.addEventListener("error", function (event) {
    if (event.target === window) shows(/SyntaxError/.test(event.message) ? "too-old" : "unopened");
    else if (event.target.tagName === "SCRIPT") shows("unopened");
  }, true);
})();
