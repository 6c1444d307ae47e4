import type { Lesson } from '../lesson.ts'
import { Skipped, type Stage } from '../stage.ts'

const MESSAGE = 'hello feng, this is one message'
const NEXT = 'next'
const READ = 10

export const truncation: Lesson = {
  id: 'truncation',
  title: { en: 'A read that is too small', zh: '读得太少' },
  claim: {
    en: 'recvfrom(x) of a datagram of y > x bytes returns x bytes. The other y − x bytes are lost, and the next receive returns the next message.',
    zh: '对长度为 y 的数据报调用 recvfrom(x)（y > x）只得到 x 字节，其余 y − x 字节永远丢失，下一次接收得到的是下一条消息。',
  },
  done: {
    en: `Two messages are sent, "${MESSAGE}" (${MESSAGE.length} bytes) and "${NEXT}". The receiver calls recv with ${READ} bytes, three times.`,
    zh: `发送两条消息：“${MESSAGE}”（${MESSAGE.length} 字节）和“${NEXT}”。接收方以 ${READ} 字节调用 recv，共三次。`,
  },
  expected: {
    en: `"${MESSAGE.slice(0, READ)}" of ${MESSAGE.length} bytes, then "${NEXT}", then nothing`,
    zh: `先得到“${MESSAGE.slice(0, READ)}”（原长 ${MESSAGE.length} 字节），再得到“${NEXT}”，然后什么也没有`,
  },
  picture: {
    en: `queue      [hello feng, this is one message][next]
recv(10)    hello feng ✂ 21 bytes are thrown away
recv(10)                                     next`,
    zh: `接收队列   [hello feng, this is one message][next]
recv(10)    hello feng ✂ 21 字节被丢弃
recv(10)                                     next`,
  },
  why: {
    en: 'recv removes the whole datagram from the queue, copies what fits, and discards the rest. Only the flag MSG_TRUNC in the result shows this, and recv returns the true length only if it is called with that flag. A program that does not check it does not notice.',
    zh: 'recv 会把整个数据报移出队列，能放下的就复制，放不下的就忘掉。只有 MSG_TRUNC 标志会说明这件事，也只有带着该标志去问，才会得到真实长度；不看的程序永远不会知道。',
  },
  play: async stage => {
    const { libc, missing } = stage.kernel
    if (libc === undefined) return await withoutKernel(stage, missing)
    const receiver = stage.kernelUdp(libc)
    const sender = stage.kernelUdp(libc, receiver.address)
    for (const text of [MESSAGE, NEXT]) sender.socket.send(Buffer.from(text))
    const receive = () => receiver.socket.receive(READ)
    const next = async (): Promise<ReturnType<typeof receive>> => {
      let received: ReturnType<typeof receive>
      await stage.until(() => (received = receive()) !== undefined)
      return received
    }
    const [first, second] = [await next(), await next()]
    const third = receive()
    const text = Buffer.from(first?.bytes ?? []).toString()
    stage.saw(text === MESSAGE.slice(0, READ) && first?.whole === MESSAGE.length, {
      en: `recv(${READ}) gave "${text}", and MSG_TRUNC showed that the message had ${first?.whole ?? 0} bytes`,
      zh: `recv(${READ}) 得到“${text}”，MSG_TRUNC 表明该消息原有 ${first?.whole ?? 0} 字节`,
    })
    const following = Buffer.from(second?.bytes ?? []).toString()
    stage.saw(following === NEXT && second?.whole === NEXT.length, {
      en: `the next recv(${READ}) gave "${following}", not the rest`,
      zh: `下一次 recv(${READ}) 得到“${following}”，而不是剩余部分`,
    })
    stage.saw(third === undefined, {
      en: `after that ${third === undefined ? 'nothing was left (EAGAIN)' : `${third.whole} bytes were left`}: ${MESSAGE.length - READ} bytes are gone`,
      zh: `此后${third === undefined ? '队列已空（EAGAIN）' : `还剩 ${third.whole} 字节`}：${MESSAGE.length - READ} 字节就此消失`,
    })
  },
}

/** With node:dgram a program cannot choose the read size. It can only show that the next receive gets the next message. */
async function withoutKernel(stage: Stage, missing: string): Promise<void> {
  const receiver = await stage.udp()
  const sender = await stage.udp({ connectTo: receiver.address })
  for (const text of [MESSAGE, NEXT]) await sender.send(text)
  const [first, second] = [await receiver.next(), await receiver.next()]
  stage.saw(first.text === MESSAGE && second.text === NEXT, {
    en: `node:dgram read ${first.bytes.length} bytes, the whole message, and then "${second.text}"`,
    zh: `node:dgram 读到 ${first.bytes.length} 字节，即整条消息，然后是“${second.text}”`,
  })
  throw new Skipped({
    en: `node:dgram reads every datagram whole, so that nothing is cut; the kernel engine would show it, and it does not work here: ${missing}`,
    zh: `node:dgram 总是整条读取，因此不会截断；kernel 引擎可以演示，但它在此不可用：${missing}`,
  })
}
