// The same client for programs on Node and in a browser, over fetch.
//
//   const api = over("https://example.cn", { enter });
import { Client } from "../miniprogram/api/client";
import type { Options, Sent } from "../miniprogram/api/client";
import type { Heard, Silence } from "../miniprogram/api/answer";

export interface Photo {
  bytes: Blob;
  name: string;
}

export function over(base: string, more: Partial<Options<Photo>> = {}): Client<Photo> {
  return new Client<Photo>({ base, carry, ...more });
}

export async function carry(sent: Sent<Photo>): Promise<Heard | Silence> {
  try {
    const answer = await fetch(sent.url, {
      method: sent.method,
      headers: sent.headers,
      body: sent.file ? form(sent.file) : sent.body,
      signal: AbortSignal.timeout(sent.timeout),
    });
    return { status: answer.status, text: await answer.text(), after: Number(answer.headers.get("Retry-After")) || 0 };
  } catch (fault) {
    return { late: fault instanceof Error && fault.name === "TimeoutError" };
  }
}

function form(photo: Photo): FormData {
  const parts = new FormData();
  parts.append("file", photo.bytes, photo.name);
  return parts;
}
