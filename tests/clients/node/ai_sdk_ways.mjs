import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { embedMany, generateObject, generateText, stepCountIs, streamObject, streamText, tool } from "ai";
import { z } from "zod";
import { CALLS, ECHO, KEY, URL, VECTORS, same, tryAll } from "./ways.mjs";

const openai = createOpenAI({ baseURL: URL, apiKey: KEY });
const other = createOpenAICompatible({
  name: "studio",
  baseURL: URL,
  apiKey: KEY,
  supportsStructuredOutputs: true,
});
const prompt = "Hello there";
const maxRetries = 0;
const schema = z.object({ city: z.string(), celsius: z.number().int() });
const inputSchema = z.object({ city: z.string() });
const asked = { weather: tool({ description: "The weather.", inputSchema }) };
const run = {
  weather: tool({ description: "The weather.", inputSchema, execute: async () => "Rain" }),
};
const common = { prompt, maxRetries };

async function callOf(model, toolChoice) {
  const { toolCalls } = await generateText({ model, tools: asked, toolChoice, ...common });
  same(toolCalls[0].input, { city: "Paris" });
}

await tryAll({
  answer: async () => {
    same((await generateText({ model: openai.chat(ECHO), ...common })).text, prompt);
    same((await generateText({ model: other(ECHO), ...common })).text, prompt);
  },
  stream: async () => {
    same(await streamText({ model: openai.chat(ECHO), ...common }).text, prompt);
  },
  json: async () => {
    const model = openai.chat(ECHO);
    const { object } = await generateObject({ model, output: "no-schema", ...common });
    same(typeof object, "object");
  },
  schema: async () => {
    for (const model of [openai.chat(ECHO), other(ECHO)]) {
      same((await generateObject({ model, schema, ...common })).object.celsius, 1);
    }
  },
  "schema, stream": async () => {
    const told = streamObject({ model: openai.chat(ECHO), schema, ...common });
    for await (const part of told.partialObjectStream) {
      same(typeof part, "object");
    }
    same((await told.object).celsius, 1);
  },
  tool: async () => callOf(openai.chat(CALLS), "auto"),
  "tool required": async () => callOf(openai.chat(ECHO), "required"),
  "tool named": async () => callOf(openai.chat(ECHO), { type: "tool", toolName: "weather" }),
  "tool, stream": async () => {
    const told = streamText({
      model: openai.chat(ECHO), tools: asked, toolChoice: "required", ...common,
    });
    same((await told.toolCalls)[0].input, { city: "Paris" });
  },
  "tool, there and back": async () => {
    const stopWhen = stepCountIs(3);
    const told = await generateText({ model: openai.chat(CALLS), tools: run, stopWhen, ...common });
    same(told.text, "The tool said: Rain");
  },
  "penalties, seed": async () => {
    const wish = { presencePenalty: 0.5, frequencyPenalty: 0.5, seed: 3, stopSequences: ["x"] };
    same((await generateText({ model: openai.chat(ECHO), ...wish, ...common })).text, prompt);
  },
  completions: async () => {
    same((await generateText({ model: openai.completion(ECHO), ...common })).text.length > 0, true);
    same((await generateText({ model: other.completionModel(ECHO), ...common })).text.length > 0, true);
  },
  embeddings: async () => {
    const { embeddings } = await embedMany({
      model: openai.embedding(VECTORS), values: ["a", "b"], maxRetries,
    });
    same(embeddings.length, 2);
  },
  responses: async () => {
    same((await generateText({ model: openai.responses(ECHO), ...common })).text, prompt);
  },
  "responses, stream": async () => {
    same(await streamText({ model: openai.responses(ECHO), ...common }).text, prompt);
  },
  "responses, schema": async () => {
    const model = openai.responses(ECHO);
    same((await generateObject({ model, schema, ...common })).object.celsius, 1);
  },
  "responses, tool": async () => {
    const stopWhen = stepCountIs(3);
    const model = openai.responses(CALLS);
    const told = await generateText({ model, tools: run, stopWhen, ...common });
    same(told.text, "The tool said: Rain");
  },
});
