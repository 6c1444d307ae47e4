import { usage } from '../../base/error.ts'
import type { SendOptions } from '../../runs/send/options.ts'

interface Raw {
  readonly baseline?: string
  readonly tolerance?: unknown
  readonly lossTolerance?: unknown
}

/** The options with the baseline read: one that cannot be used is a mistake in the command, found before the first datagram. */
export async function readBaseline<Given extends Raw>({
  baseline,
  ...raw
}: Given): Promise<Omit<Given, 'baseline'> & Pick<SendOptions, 'baseline'>> {
  if (baseline !== undefined) {
    const { readComparedRun } = await import('../../jobs/compared-run.ts')
    return { ...raw, baseline: readComparedRun(baseline) }
  }
  if (raw.tolerance === undefined && raw.lossTolerance === undefined) return raw
  throw usage('a tolerance needs --baseline', 'name the saved run: --baseline FILE')
}
