import type { Command } from 'commander'
import { usage } from '../base/error.ts'
import { longFlag } from '../options/flag.ts'
import { RELAY_FLAGS } from '../runs/relay/flags.ts'
import { listeningEvent, listeningLine, statsEvent, statsText, summaryEvent, summaryText } from '../runs/relay/lines.ts'
import type { LocalRelay } from '../runs/relay/run.ts'
import { EXIT } from './exit.ts'
import { addFlags, listOf, pick, type Options } from './flags.ts'
import { LiveLine } from './live-line.ts'
import { OutputFiles } from './output-files.ts'
import { runServer } from './run-server.ts'

const EXAMPLES = `
Rules, applied from left to right:
  drop=5%  drop=every:10  drop=burst:3@1%  drop=gilbert:0.02:0.2  dup=2%
  reorder=3%:35ms  delay=20ms~5ms  truncate=200@10%  corrupt=1%  mtu=1500
  rate=10Mbit  blackout=2s@5s

Examples:
  udptool relay --up drop=5% --down dup=2%       between ports 9001 and 9000
  udptool relay --to 10.0.0.7:53 --down delay=80ms~20ms --seed 7
  udptool relay --up mtu=1400 --truth FILE       what was done to which datagram
  udptool relay --self --up drop=5%              both records side by side`

const SELF_ONLY = ['size', 'count', 'interval', 'clients', 'timeout'] as const
/** What a relay that listens for others has, and the demonstration has not. */
const OTHERS_ONLY = [
  'listen',
  'port',
  'to',
  'public',
  'servicePorts',
  'maxRatePerSource',
  'recvBuffer',
  'portFile',
  'statsInterval',
  'duration',
  'exitWithParent',
  'idle',
  'maxClients',
] as const

/** `udptool relay` */
export function addRelayCommand(program: Command, done: (status: number) => void): void {
  const command = program.command('relay').description('impair traffic by seeded rules and record what was done')
  addFlags(command, RELAY_FLAGS)
  command.addHelpText('after', EXAMPLES)
  command.action(async (options: Options) => done(await relay(options)))
}

async function relay(options: Options): Promise<number> {
  const rules = { up: listOf(options, 'up'), down: listOf(options, 'down'), ...pick(options, ['seed', 'queue']) }
  if (options['self'] === true) {
    refuseOptions(options, OTHERS_ONLY, 'says nothing with --self, which has a server and a port of its own')
    const { relaySelf } = await import('./relay-self.ts')
    return relaySelf({ ...rules, ...pick(options, SELF_ONLY) }, options)
  }
  refuseOptions(options, SELF_ONLY, 'is for the sender of --self')
  const { planRelay } = await import('../runs/relay/plan.ts')
  const job = planRelay({
    ...rules,
    ...pick(options, ['listen', 'port', 'to', 'idle', 'maxClients', 'recvBuffer', 'duration', 'maxRatePerSource']),
    public: options['public'] === true,
    servicePorts: options['servicePorts'] === true,
  })
  const { truth } = pick(options, ['truth'])
  const files = new OutputFiles()
  const file = truth === undefined ? undefined : files.open(truth, '--truth')
  const { runRelay } = await import('../runs/relay/run.ts')
  const json = options['json'] === true
  const quiet = options['quiet'] === true
  const line = new LiveLine(process.stderr, quiet || json)
  const started: LocalRelay[] = []
  const start = async (): Promise<LocalRelay> => {
    const run = await runRelay(job)
    started.push(run)
    return run
  }
  try {
    await runServer(
      options,
      start,
      {
        ready: server => (json ? listeningEvent(server) : listeningLine(server)),
        stats: ({ facts }, time) => (json ? statsEvent(facts, time) : `${time} ${statsText(facts)}\n`),
        end: server => {
          line.clear()
          return json ? summaryEvent(server.truth()) : quiet ? '' : summaryText(server.truth())
        },
      },
      ({ facts }) => line.show(statsText(facts).slice(0, line.columns - 1)),
      files,
    )
  } finally {
    // Also where its sockets broke.
    for (const run of started) await file?.write([`${JSON.stringify(run.truth(), undefined, 2)}\n`])
  }
  return EXIT.done
}

function refuseOptions(options: Options, names: readonly string[], why: string): void {
  const name = names.find(one => options[one] !== undefined)
  if (name === undefined) return
  throw usage(`${longFlag(name)} ${why}`, 'leave one of them out')
}
