import OpenAI from "openai";
import { zodResponseFormat, zodTextFormat } from "openai/helpers/zod";
import { z } from "zod";
import { CALLS, ECHO, KEY, URL, VECTORS, same, tryAll } from "./ways.mjs";

const client = new OpenAI({ baseURL: URL, apiKey: KEY, maxRetries: 0 });
const chat = client.chat.completions;
const messages = [{ role: "user", content: "Hello there" }];
const Weather = z.object({ city: z.string(), celsius: z.number().int() });
const parameters = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
};
const tools = [{ type: "function", function: { name: "weather", parameters } }];
const flat = [{ type: "function", name: "weather", parameters, strict: false }];
const argumentsOf = (answer) =>
  JSON.parse(answer.choices[0].message.tool_calls[0].function.arguments);

await tryAll({
  models: async () => {
    for await (const model of client.models.list()) {
      return same((await client.models.retrieve(model.id)).id, model.id);
    }
  },
  answer: async () => {
    const told = await chat.create({ model: ECHO, messages });
    same(told.choices[0].message.content, "Hello there");
  },
  stream: async () => {
    let words = "";
    for await (const chunk of await chat.create({ model: ECHO, messages, stream: true })) {
      words += chunk.choices[0]?.delta?.content ?? "";
    }
    same(words, "Hello there");
  },
  json: async () => {
    const response_format = { type: "json_object" };
    const told = await chat.create({ model: ECHO, messages, response_format });
    same(typeof JSON.parse(told.choices[0].message.content), "object");
  },
  schema: async () => {
    const response_format = zodResponseFormat(Weather, "weather");
    const told = await chat.parse({ model: ECHO, messages, response_format });
    same(told.choices[0].message.parsed.celsius, 1);
  },
  "schema, stream": async () => {
    const response_format = zodResponseFormat(Weather, "weather");
    const told = await chat
      .stream({ model: ECHO, messages, response_format })
      .finalChatCompletion();
    same(told.choices[0].message.parsed.celsius, 1);
  },
  tool: async () => {
    same(argumentsOf(await chat.create({ model: CALLS, messages, tools })), { city: "Paris" });
  },
  "tool required": async () => {
    const told = await chat.create({ model: ECHO, messages, tools, tool_choice: "required" });
    same(argumentsOf(told), { city: "Paris" });
  },
  "tool named": async () => {
    const tool_choice = { type: "function", function: { name: "weather" } };
    const told = await chat.create({ model: ECHO, messages, tools, tool_choice });
    same(argumentsOf(told), { city: "Paris" });
  },
  "tool, stream": async () => {
    const told = await chat
      .stream({ model: ECHO, messages, tools, tool_choice: "required" })
      .finalChatCompletion();
    same(argumentsOf(told), { city: "Paris" });
  },
  "tool, there and back": async () => {
    const own = { function: () => "Rain", parse: JSON.parse, name: "weather", parameters };
    const runner = chat.runTools({
      model: CALLS,
      messages,
      tools: [{ type: "function", function: { ...own, description: "The weather." } }],
    });
    same(await runner.finalContent(), "The tool said: Rain");
  },
  several: async () => {
    const told = await chat.create({ model: ECHO, messages, n: 2 });
    same(told.choices.map((one) => one.index), [0, 1]);
  },
  logprobs: async () => {
    const told = await chat.create({ model: ECHO, messages, logprobs: true, top_logprobs: 1 });
    same(told.choices[0].logprobs.content.length, 2);
  },
  "penalties, seed": async () => {
    const wish = { presence_penalty: 0.5, frequency_penalty: 0.5, seed: 3, user: "me" };
    same((await chat.create({ model: ECHO, messages, ...wish })).choices.length, 1);
  },
  completions: async () => {
    const told = await client.completions.create({ model: ECHO, prompt: "Once upon" });
    same(told.choices[0].text, "Once upon");
  },
  embeddings: async () => {
    const told = await client.embeddings.create({ model: VECTORS, input: ["a", "b"] });
    same(told.data.map((one) => one.embedding.length), [4, 4]);
  },
  responses: async () => {
    const told = await client.responses.create({ model: ECHO, input: "Hello there" });
    same(told.output_text, "Hello there");
  },
  "responses, stream": async () => {
    const told = await client.responses
      .stream({ model: ECHO, input: "Hello there" })
      .finalResponse();
    same(told.output_text, "Hello there");
  },
  "responses, schema": async () => {
    const text = { format: zodTextFormat(Weather, "weather") };
    const told = await client.responses.parse({ model: ECHO, input: "x", text });
    same(told.output_parsed.celsius, 1);
  },
  "responses, tool": async () => {
    const tool_choice = "required";
    const told = await client.responses.create({ model: ECHO, input: "x", tools: flat, tool_choice });
    same(JSON.parse(told.output[0].arguments), { city: "Paris" });
  },
});
