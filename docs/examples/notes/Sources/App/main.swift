import Features
import GatehouseServer

Server.main(modules: [Notes.self], title: "Notes", version: "1.0.0")
