import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Engine } from '../../src/engine/port.ts'
import { firstPeers, receivedByKind } from '../../src/facts/server-activity.ts'
import type { ServerFacts } from '../../src/facts/server.ts'
import { requireTool } from '../helpers/tools.ts'
import { responderPlan } from '../unit/machines/plans.ts'

const python = requireTool('python3')
const PEERS = fileURLToPath(new URL('../helpers/peers/counted_peers.py', import.meta.url))
/** Fourteen peers, of which ten are shown. */
const COUNTS = [3, 40, 1, 17, 9, 28, 5, 2, 33, 12, 21, 7, 14, 11]

interface CountedPeer {
  readonly port: number
  readonly sent: number
  readonly answered: number
}

/** The activity of a server is what its peers know. */
export function activityContract(
  name: string,
  create: () => Pick<Engine, 'respond'>,
  workers: readonly number[],
): void {
  describe.runIf(python)(`${name} engine`, () => {
    test.each(workers)('the ten busiest peers, with %i workers', async count => {
      const server = await create().respond(responderPlan({ live: true }), {
        host: '127.0.0.1',
        family: 'udp4',
        port: 0,
        recvBuffer: 4 * 1024 * 1024,
        workers: count,
      })
      onTestFinished(async () => {
        server.stop()
        await server.done
      })
      const { facts } = server
      const { stdout } = await promisify(execFile)('python3', [
        PEERS,
        '127.0.0.1',
        `${server.bound[0]?.port}`,
        ...COUNTS.map(String),
      ])
      const { peers } = JSON.parse(stdout) as { peers: CountedPeer[] }
      const sent = peers.reduce((sum, peer) => sum + peer.sent, 0)
      await until(() => sumOf(facts) >= sum10(peers) && facts.activity?.perSecond?.received === 0)
      expect(facts.activity?.known).toBe(COUNTS.length)
      expect(firstPeers(facts.activity?.peers ?? [], 'received')).toEqual(
        peers
          .toSorted((a, b) => b.sent - a.sent)
          .slice(0, 10)
          .map(peer => ({
            address: '127.0.0.1',
            port: peer.port,
            received: peer.sent,
            replied: peer.sent,
            perSecond: 0,
            silent: expect.any(Number) as number,
          })),
      )
      for (const { silent } of facts.activity?.peers ?? []) expect(silent).toBeGreaterThan(0)
      // The peer that sent last. Workers look at their peers at different moments, to which `silent` is exact.
      if (count === 1)
        expect(firstPeers(facts.activity?.peers ?? [], 'seen').map(({ port }) => port)).toContain(peers.at(-1)?.port)
      expect(receivedByKind(facts)).toMatchObject({ plain: sent, probes: 0, requests: 0 })
      if (process.platform === 'linux') expect(facts.kernelDrops).toBe(0)
    })
  })
}

/** Datagrams of the ten busiest peers that the server shows. */
function sumOf({ activity }: ServerFacts): number {
  return firstPeers(activity?.peers ?? [], 'received').reduce((sum, peer) => sum + peer.received, 0)
}

function sum10(peers: readonly CountedPeer[]): number {
  const busiest = peers.map(peer => peer.sent).toSorted((a, b) => b - a)
  return busiest.slice(0, 10).reduce((sum, sent) => sum + sent, 0)
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await sleep(20)
}
