// Echo servers that return less than they received, and whether any program reports it.
import { ECHO_SERVERS, echoOnce, probe, withServer } from './echo-server.mjs'

/** More than the 8192 bytes that many programs read at once, and the maximum of UDP over IPv4. */
const SIZES = [8193, 65507]

export const CUT_HEADER = [
  'server',
  ...SIZES.map(size => `${size} B come back as`),
  'output of the server',
  'udptool send',
]

export async function cutRows(installed) {
  const rows = []
  for (const { name, at, askVersion } of ECHO_SERVERS) {
    if (!installed(askVersion)) continue
    const { result, output } = await withServer(
      port => at('127.0.0.1', port),
      'udp',
      async port => {
        const answers = []
        for (const size of SIZES) answers.push(await echoOnce('127.0.0.1', port, size))
        return { answers, found: await probe(port, SIZES[0]) }
      },
    )
    const { answers, found } = result
    const warnings = output.stderr.trim()
    rows.push([
      name,
      ...answers.map(answer => (answer === undefined ? 'nothing' : `${answer.length} B`)),
      warnings === '' ? 'nothing' : warnings,
      judgeCut(found, answers[0]?.length),
    ])
  }
  return rows
}

/** What udptool found with its own probes, compared with the result of the plain client. */
function judgeCut({ ledger, truncation, status }, length) {
  const found = truncation.cutAt
    .map(cut => `${cut.count} of ${ledger.sent} cut at ${cut.length} (${cut.side})`)
    .join(', ')
  const right = length === SIZES[0] ? found === '' : truncation.cutAt.some(cut => cut.length === length)
  return `${found === '' ? `${ledger.fates.intact} of ${ledger.sent} whole` : found}; exit ${status}; **${right ? 'right' : 'wrong'}**`
}
