import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Family } from '../../base/address.ts'
import { UdptoolError } from '../../base/error.ts'
import { errorName } from '../../engine/socket-error.ts'
import { PlainSocket } from '../../engine/system-calls.ts'
import { EAGAIN } from '../../base/errno.ts'
import type { Lesson } from '../lesson.ts'
import { write, type TcpServer } from '../tcp-server.ts'
import type { Stage } from '../stage.ts'

/** More than any queue of AF_UNIX datagrams or its buffer holds (net.unix.max_dgram_qlen is usually 10, 512 with systemd). */
const MOST_QUEUED = 100_000

export const families: Lesson = {
  id: 'families',
  title: { en: 'Families of addresses', zh: '地址族' },
  claim: {
    en: 'AF_INET, AF_INET6 and AF_UNIX have the same calls and different addresses. Datagrams of AF_UNIX keep their boundaries, and none is lost, because they stay on one machine.',
    zh: 'AF_INET、AF_INET6 和 AF_UNIX 做的是同样的事，只是地址不同。AF_UNIX 数据报同样保留边界，而且在同一台机器上不会丢失。',
  },
  done: {
    en: '"hello" is sent and answered in upper case: by UDP and TCP over IPv4 and IPv6, and by a stream of AF_UNIX. Then datagrams are sent to an AF_UNIX socket that nobody reads, until it accepts no more, and then read.',
    zh: '发送“hello”并得到大写应答：分别经 IPv4 和 IPv6 上的 UDP、TCP，以及 AF_UNIX 字节流。再向一个无人读取的 AF_UNIX 套接字发送数据报，直到它不再接受，然后全部读出。',
  },
  expected: {
    en: 'HELLO everywhere; every accepted AF_UNIX datagram arrives with its length, and a full queue refuses further ones (EAGAIN) and drops none',
    zh: '处处得到 HELLO；AF_UNIX 数据报凡被接受的都会带着原长度到达，队列满时拒绝（EAGAIN）而不丢弃',
  },
  why: {
    en: 'Sockets are one interface; the family determines the form of an address: a port of a host, or a path of the file system. AF_UNIX stays within the kernel of one machine, so a full queue can block the sender and need not drop datagrams.',
    zh: '套接字是同一套接口；地址族决定地址是什么：主机上的端口，或者文件系统里的路径。AF_UNIX 从不离开本机内核，因此队列满了可以让发送方等待，而不必丢弃。',
  },
  play: async stage => {
    for (const family of ['udp4', 'udp6'] as const) await playInternet(stage, family)
    const folder = mkdtempSync(join(tmpdir(), 'udptool-lab-'))
    stage.keep(folder, () => rmSync(folder, { recursive: true, force: true }))
    // On Windows, named pipes have paths of their own.
    await playUnixStream(
      stage,
      process.platform === 'win32' ? String.raw`\\.\pipe\udptool-lab-${process.pid}` : join(folder, 'stream'),
    )
    await playUnixDatagrams(stage, join(folder, 'datagrams'))
  },
}

async function playInternet(stage: Stage, family: Family): Promise<void> {
  const name = family === 'udp4' ? 'AF_INET' : 'AF_INET6'
  try {
    const server = await stage.udp({ family, answer: ({ text }) => text.toUpperCase() })
    const client = await stage.udp({ family })
    await client.send('hello', server.address)
    const { text } = await client.next()
    const stream = await askStream(stage, { ...server.address, port: 0 })
    stage.saw(text === 'HELLO' && stream === 'HELLO', {
      en: `${name} (${server.address.address}): UDP gave ${text}, TCP gave ${stream}`,
      zh: `${name}（${server.address.address}）：UDP 得到 ${text}，TCP 得到 ${stream}`,
    })
  } catch (error) {
    const missing = error instanceof UdptoolError && error.code === 'addressUnavailable'
    if (!missing && !['EAFNOSUPPORT', 'EADDRNOTAVAIL'].includes(errorName(error))) throw error
    stage.lacks({ en: `${name}: this host has none`, zh: `${name}：本机没有` })
  }
}

async function playUnixStream(stage: Stage, path: string): Promise<void> {
  const text = await askStream(stage, path)
  stage.saw(text === 'HELLO', { en: `AF_UNIX stream: ${text}`, zh: `AF_UNIX 字节流：${text}` })
}

/** Sends "hello" to an uppercase stream server, and returns the answer. */
async function askStream(stage: Stage, where: TcpServer['at']): Promise<string> {
  const { at } = await stage.listen(async connection => {
    for await (const chunk of connection) await write(connection, String(chunk).toUpperCase())
  }, where)
  const client = await stage.connect(at, [100])
  await client.write('hello')
  return await client.readText()
}

async function playUnixDatagrams(stage: Stage, path: string): Promise<void> {
  const { libc, missing } = stage.kernel
  if (libc === undefined) {
    return stage.lacks({
      en: `AF_UNIX datagrams: Node has none, and the kernel engine does not work here: ${missing}`,
      zh: `AF_UNIX 数据报：Node 不提供，而 kernel 引擎在此不可用：${missing}`,
    })
  }
  const receiver = PlainSocket.unixDatagrams(libc, path)
  stage.keep(receiver, () => receiver.close())
  const sender = PlainSocket.toUnixDatagrams(libc, path)
  stage.keep(sender, () => sender.close())
  let sent = 0
  let refused = 0
  while (refused === 0 && sent < MOST_QUEUED) {
    const taken = sender.send(new Uint8Array((sent % 7) * 100))
    if (taken < 0) refused = -taken
    else sent += 1
  }
  let received = 0
  let kept = 0
  for (let one = receiver.receive(1000); one !== undefined; one = receiver.receive(1000)) {
    if (one.whole === (received % 7) * 100) kept += 1
    received += 1
  }
  const more = sender.send(Buffer.from('more'))
  stage.saw(refused === EAGAIN && received === sent && kept === sent && more === 4, {
    en: `AF_UNIX datagrams: ${sent} were accepted, then ${refused === EAGAIN ? 'EAGAIN' : `errno ${refused}`}; ${received} arrived, ${kept} lengths kept, and there was room again`,
    zh: `AF_UNIX 数据报：接受 ${sent} 个后返回 ${refused === EAGAIN ? 'EAGAIN' : `errno ${refused}`}；到达 ${received} 个，${kept} 个长度不变，随后又有了空位`,
  })
}
