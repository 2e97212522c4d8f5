// What a page's wxml names, its file has.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { made } from "./wechat.mts";

const SHELL = new URL("../../clients/miniprogram/", import.meta.url);
const app = JSON.parse(readFileSync(new URL("app.json", SHELL), "utf8"));
const OWN = new Set(["item", "index", "true", "false", "length"]);

for (const path of app.pages as string[]) {
  test(`${path}: handlers, data, files`, () => {
    for (const end of ["js", "json", "wxml"]) assert.ok(existsSync(new URL(`${path}.${end}`, SHELL)), end);
    const wxml = readFileSync(new URL(`${path}.wxml`, SHELL), "utf8");
    const page = made(path.split("/")[1]);
    const own = new Set([...OWN, ...[...wxml.matchAll(/wx:for-item="(\w+)"/g)].map(([, name]) => name)]);
    for (const [, name] of wxml.matchAll(/\bbind:?\w+="(\w+)"/g)) assert.equal(typeof page[name], "function", name);
    for (const [, said] of wxml.matchAll(/\{\{(.*?)\}\}/g)) {
      const words = said.replace(/'[^']*'/g, "").replace(/\.\w+/g, "").match(/[A-Za-z_]\w*/g) ?? [];
      for (const word of words) assert.ok(word in page.data || own.has(word), `${word} in {{${said}}}`);
    }
  });
}

test("pages lead to pages there are", () => {
  for (const path of app.pages as string[]) {
    const source = readFileSync(new URL(`${path}.ts`, SHELL), "utf8");
    for (const [, to] of source.matchAll(/["`]\/(pages\/\w+\/\w+)/g)) assert.ok(app.pages.includes(to), to);
  }
});
