import { describe, expect } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { cases } from '../helpers/cases.ts'
import type { ResultDocument } from '../helpers/document.ts'
import { openPath, requireNamespaces, type Host } from '../helpers/namespace.ts'
import { codes, warnings } from '../helpers/warnings.ts'

const PORT = '9000'
const SERVER = '10.2.0.1'

async function sentTo(client: Host, target: string, ...args: readonly string[]): Promise<ResultDocument> {
  const few = ['--count', '3', '--interval', '1ms', '--timeout', '3s', '--json']
  return (await client.udptool('send', '--to', target, ...few, ...args)).json()
}

function reject(hook: string, what: string): string {
  return `table inet t {
    chain c {
      type filter hook ${hook} priority 0
      udp dport ${PORT} reject with ${what}
    }
  }`
}

/** Removes the kernel's rate limit of ICMP errors on a host, because a test makes several runs in a short time. */
function answerAll(host: Host): void {
  host.run('sysctl', '-qw', 'net.ipv4.icmp_ratelimit=0', 'net.ipv6.icmp.ratelimit=0')
}

const kernel = await builtKernelEngine()

describe.runIf(kernel !== undefined && requireNamespaces())('the sender of an ICMP error', () => {
  cases([
    {
      fault: 'C2',
      what: 'a firewall on the path rejects with "port unreachable", over IPv4 and IPv6',
      before: 'nothing listens, start a server',
      right: 'the warning names the firewall by its address',
      shows: async () => {
        const { client, router, server } = openPath()
        answerAll(router)
        await server.serve('--host', '::', '--port', PORT)
        router.filter(reject('forward', 'icmpx port-unreachable'))
        for (const [target, firewall] of [
          [SERVER, '10.1.0.254'],
          [`[fd02::1]:${PORT}`, 'fd01::254'],
        ] as const) {
          const result = await sentTo(client, target)
          expect(codes(result)).not.toContain('nobodyThere')
          const [found] = warnings(result)
          expect(found?.code).toBe('turnedBack')
          expect(found?.message).toMatch(new RegExp(`^${firewall.replaceAll('.', '\\.')} rejected `, 'u'))
          expect(`${found?.message} ${found?.hint}`).not.toMatch(/start a server|nothing listens/u)
        }
      },
    },
    {
      fault: 'C2',
      what: 'the target host has no server',
      before: 'nothing listens',
      right: 'nothing listens, or the firewall of that host rejects it',
      shows: async () => {
        const { client } = openPath()
        expect(warnings(await sentTo(client, SERVER))[0]).toMatchObject({
          code: 'nobodyThere',
          message: expect.stringContaining('that host itself'),
        })
      },
    },
    {
      fault: 'C2',
      what: 'a firewall of the target host rejects, with each ICMP error',
      before: 'nothing listens; it does not find itself on its link; it has no way to itself',
      right: 'the warning names a firewall of that host',
      shows: async () => {
        const { client, server } = openPath()
        answerAll(server)
        await server.serve('--host', SERVER, '--port', PORT)
        for (const error of ['port', 'host', 'net', 'prot']) {
          server.filter(reject('input', `icmp ${error}-unreachable`))
          const [found] = warnings(await sentTo(client, SERVER))
          server.run('nft', 'delete', 'table', 'inet', 't')
          expect(found?.code).toBe(error === 'port' ? 'nobodyThere' : 'turnedBack')
          expect(found?.message).toMatch(/firewall (?:of that host|there) rejects/u)
          expect(found?.message).not.toMatch(/its link|no route/u)
        }
      },
    },
    {
      fault: 'C2',
      what: 'the portable engine, which cannot read the sender of an ICMP error',
      before: 'nothing listens, start a server',
      right: 'nothing listens, or a firewall rejects it',
      shows: async () => {
        const { client, router } = openPath()
        router.filter(reject('forward', 'icmp port-unreachable'))
        expect(warnings(await sentTo(client, SERVER, '--engine', 'dgram'))[0]).toMatchObject({
          code: 'nobodyThere',
          message: expect.stringContaining('or a firewall rejects it'),
        })
      },
    },
    {
      fault: 'C10',
      what: 'no host on the link answers ARP or neighbor discovery',
      before: '10.1.0.1 turned 3 probes back',
      right: 'our own kernel gave up',
      shows: async () => {
        const { client } = openPath()
        for (const [target, protocol] of [
          ['10.1.0.77', 'ARP'],
          [`[fd01::77]:${PORT}`, 'neighbor discovery'],
        ] as const) {
          const [found] = warnings(await sentTo(client, target, '--timeout', '20s'))
          expect(found).toMatchObject({ code: 'noNeighbor', message: expect.stringContaining(protocol) })
          expect(found?.message).toMatch(/^our own kernel gave up on 3 probes/u)
        }
      },
    },
    {
      fault: 'C10',
      what: 'the last router cannot resolve the target on its link',
      before: 'it has no way to 10.2.0.77',
      right: 'the router cannot find it on its link, or rejects it',
      shows: async () => {
        const { client } = openPath()
        const [found] = warnings(await sentTo(client, '10.2.0.77', '--timeout', '20s'))
        expect(found?.code).toBe('turnedBack')
        expect(found?.message).toMatch(
          /^10\.1\.0\.254 rejected .* cannot find 10\.2\.0\.77 on its link, or a route or a firewall there/u,
        )
      },
    },
  ])
})
