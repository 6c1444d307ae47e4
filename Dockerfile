# docker build -t udptool . && docker run --rm --network host udptool send --to HOST:9000
FROM node:24-slim AS build
WORKDIR /udptool
COPY package.json package-lock.json ./
# The sources come later: so a change of them does not install everything again. Nothing is built yet.
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:24-slim
COPY --from=build /udptool/package.json /udptool/LICENSE /udptool/
COPY --from=build /udptool/bin /udptool/bin
COPY --from=build /udptool/dist /udptool/dist
COPY --from=build /udptool/node_modules /udptool/node_modules
USER node
EXPOSE 9000/udp
# As process 1 it gets the signals of docker stop itself: a server ends in order then.
ENTRYPOINT ["node", "/udptool/bin/udptool.js"]
CMD ["serve", "--host", "0.0.0.0", "--public"]
