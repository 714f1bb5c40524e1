// The documents as the page sends them, and their ids. The cache asks for the type of every object, so what is sent differs from what is written.
import { createHash } from "node:crypto";
import { formatDocument, stringifyDocument } from "@urql/core";
import { parse } from "graphql";

export const sent = (text) => stringifyDocument(formatDocument(parse(text)));

export const id = (text) => createHash("sha256").update(sent(text)).digest("hex");
