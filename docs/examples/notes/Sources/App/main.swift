import Features
import GatehouseServer

Server.main(modules: modules, title: "Notes", version: "1.0.0")
