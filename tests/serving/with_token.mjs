// Loaded before the conformance runner, which knows no tokens: adds the server's token to each request.
import http from "node:http";
import { syncBuiltinESMExports } from "node:module";

const token = `Bearer ${process.env.BOOKWHEEL_MCP_TOKEN}`;
const send = globalThis.fetch;
const request = http.request;

globalThis.fetch = (address, options = {}) => {
  const headers = new Headers(options.headers ?? (address instanceof Request ? address.headers : undefined));
  headers.set("authorization", token);
  return send(address, { ...options, headers });
};
http.request = (...given) => {
  const made = request(...given);
  made.setHeader("authorization", token);
  return made;
};
syncBuiltinESMExports();
