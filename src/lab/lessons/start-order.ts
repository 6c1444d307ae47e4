import type { Address } from '../../base/address.ts'
import { errorName } from '../../engine/socket-error.ts'
import type { Lesson } from '../lesson.ts'
import { refusal } from '../reader.ts'
import type { Stage } from '../stage.ts'
import type { UdpEnd } from '../udp-end.ts'

export const startOrder: Lesson = {
  id: 'start-order',
  title: { en: 'Who starts first', zh: '谁先启动' },
  claim: {
    en: 'UDP has no connection: a client may start before its server, and sending does not fail; only the reply is missing. TCP refuses at once.',
    zh: 'UDP 没有连接：客户端可以先于服务端启动，在等待应答之前都不会出错；而 TCP 会立刻拒绝。',
  },
  done: {
    en: 'A UDP client sends to a closed port. Then a server binds that port, and the client sends again. Then a connected UDP socket and a TCP client use a closed port.',
    zh: 'UDP 客户端先向一个无人监听的端口发送；随后服务端占用该端口，客户端再发一次。最后分别用“已连接”的 UDP 套接字和 TCP 客户端去访问无人监听的端口。',
  },
  expected: {
    en: 'the first send succeeds and nothing comes back; the second is answered; a connected UDP socket gets ECONNREFUSED after the send; TCP is refused with ECONNREFUSED',
    zh: '第一次发送成功但没有任何回应；第二次得到应答；已连接的 UDP 套接字在发送之后得知 ECONNREFUSED；TCP 直接被拒绝（ECONNREFUSED）',
  },
  picture: {
    en: `client          closed port
  sendto  ────────▶  ✗            the call succeeds
          ◀─ ICMP ─  port unreachable: only a connected
                     socket gets this error
  connect ──SYN───▶  ✗
          ◀──RST───  ECONNREFUSED, at once`,
    zh: `客户端            无人监听的端口
  sendto  ────────▶  ✗            调用照样成功
          ◀─ ICMP ─  端口不可达：只有已连接的
                     套接字才会得知
  connect ──SYN───▶  ✗
          ◀──RST───  ECONNREFUSED，立即返回`,
  },
  why: {
    en: 'sendto only passes a datagram to the kernel. The target host answers with an ICMP error if the port is closed, and the kernel reports that error only to a connected socket. connect of TCP waits for a handshake, which a closed port refuses.',
    zh: 'sendto 只是把数据报交给内核；对面有没有人要在路上才知道，而返回的 ICMP 差错除非套接字已连接，否则没有人会收到。TCP 的 connect 则要等三次握手，关闭的端口会当场拒绝。',
  },
  play: async stage => {
    const client = await stage.udp()
    const { address, server } = await startLate(stage, client)
    await client.send('hello again', address)
    const { text } = await client.next()
    stage.saw(text === 'HELLO AGAIN' && server.messages.length === 1, {
      en: `after the server started, the same client got the answer "${text}"`,
      zh: `服务端启动后，同一个客户端得到应答“${text}”`,
    })

    const connected = await stage.udp({ connectTo: await stage.closedPort() })
    const refused = await connected.send('anybody?')
    const failure = refused ?? (await connected.failure())
    if (failure === undefined && process.platform !== 'linux') {
      stage.lacks({
        en: 'this system did not report the closed port to a connected UDP socket',
        zh: '本系统没有把端口关闭一事告知已连接的 UDP 套接字',
      })
    } else {
      stage.saw(refused === undefined && ['ECONNREFUSED', 'ECONNRESET'].includes(failure ?? ''), {
        en: `a connected UDP socket: the send ${refused === undefined ? 'succeeded' : 'failed'}, then ${failure ?? 'nothing'}`,
        zh: `已连接的 UDP 套接字：发送${refused === undefined ? '成功' : '失败'}，随后${failure === undefined ? '没有任何消息' : `得知 ${failure}`}`,
      })
    }
    const tcp = await refusal(await stage.closedPort())
    stage.saw(tcp === 'ECONNREFUSED', {
      en: `TCP connect to a closed port: ${tcp ?? 'accepted'}`,
      zh: `TCP 连接关闭的端口：${tcp ?? '被接受'}`,
    })
  },
}

/** Another process may bind the port after it was closed and before it is opened again. */
const MOST_TRIES = 5

/** Lets the client send to a closed port, then opens the server there. */
async function startLate(
  stage: Stage,
  client: UdpEnd,
): Promise<{ readonly address: Address; readonly server: UdpEnd }> {
  for (let tries = 1; ; tries++) {
    const address = await stage.closedPort()
    const error = await client.send('hello', address)
    await client.arrivals(0)
    try {
      const server = await stage.udp({ port: address.port, answer: ({ text }) => text.toUpperCase() })
      stage.saw(error === undefined && client.messages.length === 0, {
        en: `closed port: send gave ${error ?? 'no error'}, ${client.messages.length} replies`,
        zh: `对面无人：send 返回${error ?? '成功'}，收到 ${client.messages.length} 个应答`,
      })
      return { address, server }
    } catch (error_) {
      if (errorName((error_ as Error).cause) !== 'EADDRINUSE' || tries === MOST_TRIES) throw error_
    }
  }
}
