import { LARGEST_PAYLOAD } from '../../base/sizes.ts'
import { serverFindings, type ServerFindings } from '../../verdict/server-findings.ts'
import { planSend } from '../../runs/send/plan.ts'
import { runSend } from '../../runs/send/run.ts'

/** Sizes at common limits, in ascending order: full frames, the first with fragments, read sizes of servers, the largest of UDP. */
const SIZES = [128, 512, 1200, 1472, 1473, 4000, 8192, 8193, LARGEST_PAYLOAD.udp4] as const
const COUNT = 20
const INTERVAL = '10ms'

/** Sends a few probes of several sizes to a server and summarizes the replies. Undefined if none came back whole. */
export async function surveyServer(target: string, signal: AbortSignal): Promise<ServerFindings | undefined> {
  const plan = planSend({ to: target, size: SIZES, count: COUNT * SIZES.length, interval: INTERVAL })
  const { result } = await runSend(plan, { signal })
  return serverFindings(result, target, COUNT)
}
