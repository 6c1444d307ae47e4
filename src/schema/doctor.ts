import { z } from 'zod'

/**
 * The single source of the document of `udptool doctor --json`: its TypeScript type (`verdict/doctor.ts`) and its JSON Schema are made from
 * it.
 */
const finding = z.strictObject({
  id: z.string().describe('See the table in docs/doctor.md; of an interface, with its name behind a colon.'),
  level: z
    .enum(['ok', 'note', 'warn', 'fail'])
    .describe('`note`: good to know. `warn`: costs datagrams sooner or later. `fail`: UDP does not work as it must.'),
  what: z.string().describe('What was seen.'),
  cost: z.string().optional().describe('What it costs; absent where it costs nothing.'),
  fix: z
    .string()
    .optional()
    .describe('The command that changes it, or what to do; absent where nothing needs to be done.'),
})

const count = z.int().min(0)

export const doctorSchema = z
  .strictObject({
    schema: z.literal('udptool/doctor/1'),
    command: z.literal('doctor'),
    tool: z.strictObject({ name: z.literal('udptool'), version: z.string() }),
    host: z.strictObject({ os: z.string(), kernel: z.string(), node: z.string(), cpus: count }),
    need: z
      .strictObject({ rate: z.number(), pauseMs: z.number(), size: count, recvBuffer: count })
      .describe(
        'The need that buffers are compared with: datagrams per second, longest pause of the program, payload size; and the buffer to request.',
      ),
    findings: z.array(finding),
    counts: z.strictObject({ ok: count, note: count, warn: count, fail: count }),
    verdict: z.enum(['pass', 'fail']).describe('`fail` if something is broken.'),
  })
  .describe('The health of UDP on a host.')
