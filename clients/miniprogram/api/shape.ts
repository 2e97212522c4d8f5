// What stands in schema.d.ts, as the client's methods need it: arguments and answers by method and path.
import type { components, paths } from "./schema";

export type Verb = "get" | "post" | "put" | "delete";

/** The addresses that know the method. */
export type At<V extends Verb> = {
  [P in keyof paths]: paths[P] extends Record<V, object> ? P : never;
}[keyof paths];

type Operation<V extends Verb, P extends At<V>> = paths[P] extends Record<V, infer O> ? O : never;

type Parameter<O, Name extends "path" | "query"> = O extends { parameters: Record<Name, infer T> }
  ? Record<Name, T>
  : O extends { parameters: { [N in Name]?: infer T } }
    ? [NonNullable<T>] extends [never]
      ? unknown
      : { [N in Name]?: T }
    : unknown;

type Body<O> = O extends { requestBody: { content: { "application/json": infer B } } } ? { body: B } : unknown;

/** What a call wants besides its address; nothing when it wants nothing. */
export type Wanted<V extends Verb, P extends At<V>> = Parameter<Operation<V, P>, "path"> &
  Parameter<Operation<V, P>, "query"> &
  Body<Operation<V, P>>;

export type Arguments<W> = unknown extends W ? [] : object extends W ? [wanted?: W] : [wanted: W];

type Good = 200 | 201 | 202;

/** What stands in `data` of a good answer. */
export type Data<V extends Verb, P extends At<V>> = Told<Operation<V, P>>;

type Told<O> = O extends { responses: infer R }
  ? R[keyof R & Good] extends { content: { "application/json": { data: infer D } } }
    ? D
    : never
  : never;

/** Addresses that take a file. */
export type Uploads = {
  [P in At<"post">]: Operation<"post", P> extends { requestBody: { content: { "multipart/form-data": object } } }
    ? P
    : never;
}[At<"post">];

/** A shape of the API by its name: `Shape<"Me">`. */
export type Shape<Name extends keyof components["schemas"]> = components["schemas"][Name];
