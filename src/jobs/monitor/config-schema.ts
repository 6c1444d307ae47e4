import { z } from 'zod'
import { fileOptions } from '../file-options.ts'
import { oneText, oneValue, optionShape, textsShape } from '../option-shape.ts'
import { DEFAULT_RUN, RUN_KINDS } from '../run-kind.ts'
import { MODULE_OPTIONS, SEARCH_OPTIONS } from './options.ts'

const flag = z.boolean({ error: 'it is true or false' })
const expectShape = textsShape.optional().describe('For /probe: what must hold: `loss<1%`, `rtt.p99<20ms`, …')

function moduleShape(name: string): z.ZodObject {
  const run = z.literal(name, { error: `it is ${[...RUN_KINDS.keys()].join(', ')}` })
  const isSearch = name !== DEFAULT_RUN
  const options = fileOptions(RUN_KINDS.get(name)?.options ?? {})
  return z.strictObject(
    {
      run: (isSearch ? run : run.optional()).describe(`What is run (default ${DEFAULT_RUN}).`),
      ...optionShape({ ...options, ...(isSearch ? SEARCH_OPTIONS : MODULE_OPTIONS) }),
      expect: expectShape,
      ...(isSearch
        ? {}
        : {
            perFlow: flag.optional().describe('Metrics have a series for each flow.'),
            oneWay: flag.optional().describe('Metrics have one-way delays, by the estimated offset of the clocks.'),
          }),
    },
    { error: 'it is a list of keys, as { size: 64 }' },
  )
}

/** The schema of a module by the kind of its run. */
export const MODULE_SHAPES: ReadonlyMap<string, z.ZodObject> = new Map(
  [...RUN_KINDS.keys()].map(name => [name, moduleShape(name)]),
)

const dns = z.strictObject(
  {
    name: oneText.describe('Each of its addresses is a target.'),
    type: z.enum(['A', 'AAAA', 'SRV'], { error: 'it is A, AAAA or SRV' }).optional().describe('Default A.'),
    port: oneValue.optional().describe('Port of the targets (default 9000). SRV records have ports of their own.'),
    refresh: oneValue.optional().describe('Time after which the name is asked again (default 60s).'),
  },
  { error: 'it is a list of keys, as { name: udptool.example, port: 9000 }' },
)

const texts = (what: string): z.ZodArray<typeof oneText> =>
  z.array(oneText, { error: `it is a list of ${what}s` }).min(1, { error: `it has no ${what}` })

/** Targets with the same modules and labels. */
export const GROUP_SHAPE = z
  .strictObject(
    {
      module: textsShape.optional().describe('One module or several (default: default).'),
      targets: texts('target').optional().describe('host:port, [v6]:port or host.'),
      files: texts('file')
        .optional()
        .describe('Files with targets, in the format file_sd of Prometheus: targets/*.json.'),
      dns: dns.optional().describe('A name whose addresses are targets.'),
      labels: z
        .record(z.string(), oneValue, { error: 'it is a list of names, each with a text' })
        .optional()
        .describe('Labels of the metrics.'),
      neighbours: oneValue
        .optional()
        .describe('Number of targets that this host asks, chosen by a hash of its name (default: all).'),
      skipSelf: flag.optional().describe('Leave out targets that are this host.'),
    },
    { error: 'a group is a list of keys' },
  )
  .meta({ anyOf: ['targets', 'files', 'dns'].map(key => ({ required: [key] })) })

const names = z.array(oneText, { error: 'it is a list of texts' })

const probe = z.strictObject(
  {
    modules: names.optional().describe('The modules that /probe may run (default: all).'),
    allow: names
      .optional()
      .describe(
        'The targets that /probe may ask: 10.0.0.0/8, host:port, *.suffix:port (default: those of the groups).',
      ),
    maxConcurrent: oneValue.optional().describe('Maximum of runs at the same time (default 20).'),
    maxRate: oneValue.optional().describe('Maximum of probes a second, of all runs together (default 1000).'),
  },
  { error: 'it is a list of keys, as { allow: [10.0.0.0/8] }' },
)

/** A configuration file. Modules and groups have their own schemas. */
export const CONFIG_SHAPE = z.strictObject(
  {
    $schema: oneText.optional().describe('For editors.'),
    refresh: oneValue.optional().describe('Time after which a name is resolved again (default 60s).'),
    buckets: z
      .array(oneValue, { error: 'it is a list of seconds' })
      .min(1, { error: 'it has no bound' })
      .optional()
      .describe('Upper bounds of the histograms of round trips in seconds, ascending.'),
    modules: z.record(z.string(), z.unknown(), { error: 'it is a list of names, each with its options' }).optional(),
    groups: z.array(z.unknown(), { error: 'it is a list of groups' }).min(1, { error: 'it has no group' }).optional(),
    probe: probe.optional().describe('What /probe may do.'),
  },
  { error: 'a configuration file is a list of keys, as groups' },
)

/** The keys of `dns` and of `probe`. */
export const INNER_KEYS: Readonly<Record<string, readonly string[]>> = {
  dns: Object.keys(dns.shape),
  probe: Object.keys(probe.shape),
}

const [first, ...others] = MODULE_SHAPES.values()

/** The schema of a whole configuration file. `scripts/schema.mjs` makes the JSON Schema for editors from it. */
export const configSchema = CONFIG_SHAPE.extend({
  modules: z
    .record(z.string(), first === undefined ? z.never() : z.union([first, ...others]))
    .optional()
    .describe('What is sent, and how: names, each with options of send, sweep or mtu.'),
  groups: z.array(GROUP_SHAPE).min(1).optional().describe('Targets that are always probed.'),
}).describe('What udptool exporter and udptool watch probe.')
