import { Gate } from '../gate.ts'
import type { Lesson } from '../lesson.ts'
import { write } from '../tcp-server.ts'
import type { Message, UdpEnd } from '../udp-end.ts'
import type { Stage } from '../stage.ts'

const CLIENTS = 20

export const concurrency: Lesson = {
  id: 'concurrency',
  title: { en: 'Many clients at once', zh: '多个客户端同时访问' },
  claim: {
    en: 'A server can serve many clients at once: each gets its own reply in upper case, and a slow request does not delay the others.',
    zh: '一个服务端可以同时服务许多客户端：各自得到自己的大写应答，慢请求不会拖住别人。',
  },
  done: {
    en: `${CLIENTS} clients send a request at the same time, over UDP and over TCP. Then one client sends a slow request, and after it ${CLIENTS} clients send quick ones. The slow answer is ready only when all quick ones were received. The same requests then go to a server that handles one request after the other.`,
    zh: `${CLIENTS} 个客户端同时经 UDP 和 TCP 发问。然后一个客户端先提出慢请求，随后 ${CLIENTS} 个提出快请求：等它们全部得到应答后，慢请求才算完成。再用同样的方式询问一个逐个处理的服务端。`,
  },
  expected: {
    en: `${CLIENTS} of ${CLIENTS} correct over UDP and TCP; the slow reply is the last; one after the other: no quick reply before the slow one is ready`,
    zh: `UDP 和 TCP 各 ${CLIENTS} 个应答全部正确；慢请求的应答最后到；逐个处理时：慢请求完成之前没有任何快应答`,
  },
  picture: {
    en: `one by one    slow ████████████ q q q q q
at once       slow ████████████
              q q q q q`,
    zh: `逐个处理      慢 ████████████ 快 快 快 快
并发处理      慢 ████████████
              快 快 快 快`,
  },
  why: {
    en: 'A datagram has its source address, so one socket can serve all clients in any order. The loop that receives must not wait: each request is handled separately, in a thread (socketserver.ThreadingUDPServer) or, as here, as a task of the event loop.',
    zh: '每个数据报都带着来源地址，所以一个套接字就能服务所有人，与顺序无关。关键是接收循环不能等待：每个请求要单独处理，可以放进线程（socketserver.ThreadingUDPServer），也可以像这里一样作为事件循环里的任务。',
  },
  play: async stage => {
    const server = await stage.udp({ answer: ({ text }) => text.toUpperCase() })
    const clients = await Promise.all(Array.from({ length: CLIENTS }, async () => await stage.udp()))
    const right = await Promise.all(
      clients.map(async (client, i) => {
        await client.send(`client ${i}`, server.address)
        return (await client.next()).text === `CLIENT ${i}` && client.messages.length === 1
      }),
    )
    sawReplies(stage, 'UDP', right)
    const { at } = await stage.listen(async connection => {
      for await (const chunk of connection) await write(connection, String(chunk).toUpperCase())
    })
    const overTcp = await Promise.all(
      clients.map(async (_, i) => {
        const client = await stage.connect(at, [100])
        await client.write(`client ${i}`)
        return (await client.readText()) === `CLIENT ${i}`
      }),
    )
    sawReplies(stage, 'TCP', overTcp)
    await playSlow(stage, clients, true)
    await playSlow(stage, clients, false)
  },
}

function sawReplies(stage: Stage, protocol: string, right: readonly boolean[]): void {
  const count = right.filter(Boolean).length
  stage.saw(count === CLIENTS, {
    en: `${protocol}: ${count} of ${CLIENTS} clients got their own reply`,
    zh: `${protocol}：${CLIENTS} 个客户端中有 ${count} 个得到了自己的应答`,
  })
}

/** Sends a slow request and then quick ones to a server that works on all at once, or on one after the other. */
async function playSlow(stage: Stage, clients: readonly UdpEnd[], atOnce: boolean): Promise<void> {
  const slow = new Gate()
  let last = Promise.resolve('')
  const work = async ({ text }: Message): Promise<string> => {
    if (text === 'slow') await slow.opened
    return text.toUpperCase()
  }
  const inTurn = async (message: Message): Promise<string> => {
    const before = last
    last = before.then(async () => await work(message))
    return await last
  }
  const server = await stage.udp({ answer: atOnce ? work : inTurn })
  const slowClient = await stage.udp()
  const before = clients.map(({ messages }) => messages.length)
  await slowClient.send('slow', server.address)
  await server.next()
  for (const client of clients) await client.send('quick', server.address)
  const answered = (): number => clients.filter(({ messages }, i) => messages.length > (before[i] ?? 0)).length
  if (atOnce) await Promise.all(clients.map(async client => await client.next()))
  else await server.arrivals(1 + CLIENTS)
  const [quick, done] = [answered(), slowClient.messages.length]
  slow.open()
  const late = await slowClient.next()
  if (!atOnce) await Promise.all(clients.map(async client => await client.next()))
  const own = late.text === 'SLOW' && done === 0
  if (atOnce) {
    stage.saw(own && quick === CLIENTS, {
      en: `at once: ${quick} quick replies came while the slow request was in progress`,
      zh: `并发处理：慢请求处理期间收到 ${quick} 个快应答`,
    })
  } else {
    stage.saw(own && quick === 0 && answered() === CLIENTS, {
      en: `one after the other: ${quick} quick replies came before the slow one, ${answered()} after it`,
      zh: `逐个处理：慢应答之前收到 ${quick} 个快应答，之后收到 ${answered()} 个`,
    })
  }
}
