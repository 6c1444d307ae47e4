import { messageOf } from '../../base/thrown.ts'
import { formatAddress } from '../../base/address.ts'
import type { Finding } from '../../verdict/doctor.ts'
import { planEcho } from '../../runs/echo/plan.ts'
import { withEcho } from '../../runs/echo/run.ts'
import { planSend } from '../../runs/send/plan.ts'
import { runSend } from '../../runs/send/run.ts'
import type { InterfaceAddress, HostReader } from './host-reader.ts'

/** One packet, and more than any usual MTU carries. */
const SIZES = [128, 4000]
const COUNT = 6
/** Limit for a host with very many addresses. */
const MOST_ADDRESSES = 8

/** Used if the addresses cannot be listed: every host has these. */
const UNLISTED: readonly InterfaceAddress[] = [{ name: 'lo', address: '127.0.0.1', family: 'IPv4', internal: true }]

const NO_LOOPBACK: Finding = {
  id: 'echo:loopback',
  level: 'fail',
  what: 'the loopback interface is down or has no address',
  cost: 'programs of this host cannot reach each other, nor udptool its own servers',
  fix: 'sudo ip link set lo up',
}

/** Sends a few datagrams to an embedded server on each address of this host, and checks that they come back whole. */
export async function echoes(host: HostReader, signal?: AbortSignal): Promise<Finding[]> {
  const addresses = host.addresses() ?? UNLISTED
  const loopback = addresses.filter(({ internal }) => internal)
  // A link-local address needs a zone and adds no information.
  const others = addresses.filter(({ internal, address }) => !internal && !address.startsWith('fe80:'))
  const found: Finding[] = loopback.length === 0 ? [NO_LOOPBACK] : []
  for (const one of [...loopback, ...others].slice(0, MOST_ADDRESSES)) {
    if (signal?.aborted === true) break
    found.push(await echo(one, addresses))
  }
  return found
}

async function echo({ address, name, internal }: InterfaceAddress, own: readonly InterfaceAddress[]): Promise<Finding> {
  const id = `echo:${address}`
  const where = internal ? 'loopback' : name
  try {
    const { intact, scheduled } = await roundTrips(address, own)
    if (intact === scheduled)
      return {
        id,
        level: 'ok',
        what: `${address} (${where}): ${intact} of ${scheduled} datagrams to this host itself came back whole`,
      }
    return {
      id,
      level: 'fail',
      what: `${address} (${where}): only ${intact} of ${scheduled} datagrams to this host itself came back whole`,
      cost: 'no server on that address can be reached from this host; other hosts may be affected too',
      fix: `look at the firewall of this host (nft list ruleset); udptool send --self shows what became of each`,
    }
  } catch (error) {
    return {
      id,
      level: 'fail',
      what: `${address} (${where}): ${messageOf(error)}`,
      cost: 'no server can be opened there',
      fix: 'ip address shows whether it is there, and ip link whether its interface is up',
    }
  }
}

async function roundTrips(
  address: string,
  own: readonly InterfaceAddress[],
): Promise<{ readonly intact: number; readonly scheduled: number }> {
  // The server is open for some milliseconds on a random port, and only to this host, which may send from another of its addresses.
  const allow = own.map(one => one.address)
  const plan = planEcho({ host: address, port: 0, public: true, allow })
  return withEcho(plan, async server => {
    const to = formatAddress(server.address)
    const { result } = await runSend(planSend({ to, size: SIZES, count: COUNT, interval: '2ms' }))
    return { intact: result.ledger.fates.intact, scheduled: result.ledger.scheduled }
  })
}
