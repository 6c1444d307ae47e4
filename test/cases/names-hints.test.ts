import { describe, expect } from 'vitest'
import { cases } from '../helpers/cases.ts'
import { Host, requireNamespaces, connectHosts } from '../helpers/namespace.ts'
import { runHosted } from '../helpers/udptool.ts'

async function refusal(...words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runHosted(words)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  return stderr
}

cases([
  {
    fault: 'D11',
    what: 'options that name a port or an address where the command has another place for it',
    before: "unknown option '--port' (Did you mean --format?)",
    right: 'where it stands',
    async shows() {
      expect(await refusal('send', '--port', '9000')).toContain('write --to HOST:PORT')
      expect(await refusal('mtu', '--to', 'host')).toContain('write udptool mtu HOST:PORT')
      expect(await refusal('tcp', 'put', 'x', '--host', 'h')).toContain('write --to HOST:PORT')
      expect(await refusal('relay', '--host', 'h')).toContain('write --listen HOST:PORT')
      expect(await refusal('serve', '--host', '127.0.0.1:9000')).toContain('write --host 127.0.0.1 --port 9000')
      expect(await refusal('send', '--to', '::1:9000')).toContain('write [::1]:9000')
    },
  },
])

describe.runIf(requireNamespaces())('addresses that no host has alone', () => {
  cases([
    {
      fault: 'D11',
      what: 'a directed broadcast address, a link-local address without an interface, and an interface that is not there',
      before: 'ports below 1024 need privilege; EINVAL',
      right: 'what is wrong with the address, on both engines',
      async shows() {
        const [one, other] = [new Host(), new Host()]
        connectHosts(one, other, ['a0', '10.9.0.1/24'], ['b0', '10.9.0.2/24'])
        for (const engine of ['kernel', 'dgram']) {
          const said = async (to: string): Promise<string> => {
            const { code, stderr } = await one.udptool('send', '--to', to, '--count', '1', '--engine', engine)
            expect(code).toBe(3)
            return stderr
          }
          expect(await said('10.9.0.255:9')).toMatch(/broadcast address/u)
          expect(await said('[fe80::1]:9')).toMatch(/needs the interface.*fe80::1%eth0/u)
          expect(await said('[fe80::1%nope0]:9')).toMatch(/no network interface nope0/u)
        }
      },
    },
  ])
})
