FROM node:24.21.0-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6 AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY emulator/package.json emulator/
COPY deploy/image/package.json deploy/image/
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY emulator/tsconfig.build.json emulator/
COPY scripts scripts
COPY emulator/src emulator/src
COPY src src
RUN npm run build
RUN npm prune --omit=dev

FROM node:24.21.0-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6
# The Temporal client needs the system's certificates, which the slim image lacks.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/*
# A new volume that is mounted here inherits this owner.
RUN install -d -o node -g node /var/lib/prism-imports
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/node_modules node_modules
# node_modules/prism-emulator is a link into it.
COPY --from=build /app/emulator/package.json emulator/
COPY --from=build /app/emulator/dist emulator/dist
COPY --from=build /app/dist dist
COPY package.json ./
COPY data data
COPY deploy deploy
USER node
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["node", "deploy/worker-health.mjs"]
ENTRYPOINT ["node", "dist/cli/main.js"]
CMD ["worker"]
