import { describe, expect } from 'vitest'
import { cases } from '../helpers/cases.ts'
import { Host, requireNamespaces, connectHosts } from '../helpers/namespace.ts'
import { runHosted } from '../helpers/udptool.ts'

async function usageError(...words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runHosted(words)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  return stderr
}

cases([
  {
    fault: 'D11',
    what: 'options that name a port or an address where the command has another place for it',
    before: "unknown option '--port' (Did you mean --format?)",
    right: 'the error names the right option or position',
    async shows() {
      expect(await usageError('send', '--port', '9000')).toContain('write --to HOST:PORT')
      expect(await usageError('mtu', '--to', 'host')).toContain('write udptool mtu HOST:PORT')
      expect(await usageError('tcp', 'put', 'x', '--host', 'h')).toContain('write --to HOST:PORT')
      expect(await usageError('relay', '--host', 'h')).toContain('write --listen HOST:PORT')
      expect(await usageError('stamp', 'send', 'router')).toContain('stamp send takes no words — write --to HOST:PORT')
      expect(await usageError('serve', '--host', '127.0.0.1:9000')).toContain('write --host 127.0.0.1 --port 9000')
      expect(await usageError('send', '--to', '::1:9000')).toContain('write [::1]:9000')
    },
  },
])

describe.runIf(requireNamespaces())('addresses that are not of one host', () => {
  cases([
    {
      fault: 'D11',
      what: 'a directed broadcast address, a link-local address without an interface, and an interface that does not exist',
      before: 'ports below 1024 need privilege; EINVAL',
      right: 'the error describes the address, on both engines',
      async shows() {
        const [one, other] = [new Host(), new Host()]
        connectHosts(one, other, ['a0', '10.9.0.1/24'], ['b0', '10.9.0.2/24'])
        for (const engine of ['kernel', 'dgram']) {
          const errorOf = async (to: string): Promise<string> => {
            const { code, stderr } = await one.udptool('send', '--to', to, '--count', '1', '--engine', engine)
            expect(code).toBe(3)
            return stderr
          }
          expect(await errorOf('10.9.0.255:9')).toMatch(/broadcast address/u)
          expect(await errorOf('[fe80::1]:9')).toMatch(/needs the interface.*fe80::1%eth0/u)
          expect(await errorOf('[fe80::1%nope0]:9')).toMatch(/no network interface nope0/u)
        }
      },
    },
  ])
})
