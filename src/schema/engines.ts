import { z } from 'zod'

/**
 * The single source of the document of `udptool engines --json`: its TypeScript type (`verdict/engines.ts`) and its JSON Schema are made
 * from it.
 */
const capability = z.strictObject({
  name: z.string().describe('See the table in docs/engines.md.'),
  works: z.boolean(),
  gives: z.string().describe('What it is good for, in plain words.'),
  missing: z.string().optional().describe('Why it does not work here; absent where it does.'),
})

const engine = z.strictObject({
  name: z.enum(['kernel', 'dgram']),
  works: z.boolean(),
  missing: z.string().optional().describe('Why it does not work here; absent where it does.'),
  capabilities: z.array(capability).describe('Empty where the engine does not work: nothing could be tried.'),
})

export const enginesSchema = z
  .strictObject({
    schema: z.literal('udptool/engines/1'),
    command: z.literal('engines'),
    tool: z.strictObject({ name: z.literal('udptool'), version: z.string() }),
    host: z.strictObject({ os: z.string(), kernel: z.string(), node: z.string(), cpus: z.int().min(0) }),
    auto: z.enum(['kernel', 'dgram']).describe('The engine of a run without --engine.'),
    engines: z.array(engine),
  })
  .describe('The engines of a machine, and what each can do there.')
